"""The whole product on one machine: the toolchain, the embedded AWS as a process, the deployment into it, the demo."""
