"""What functions and state machines do, recorded; and failures of it, as a plan says.

A recording and a plan of faults are set over HTTP while the cloud runs (`control` has the paths and bodies). Without
either nothing here is asked. What is recorded and what can fail are API calls (`endpoint`) and invocations of functions
(`watch`); deliveries within the cloud are neither.
"""
