"""The whole product on one machine: the toolchain, the local emulator as a process, deployment into it, the demo."""
