"""What functions and state machines do, recorded; and failures of it, as a plan says.

A recording and a plan of faults are set over HTTP while the cloud runs (`localcloud.fault_endpoints.control` has the
paths and bodies). Without either nothing here is asked. What is recorded and what can fail are API calls
(`localcloud.fault_endpoints.watched_calls`) and invocations of functions (`watch`); deliveries within the cloud are
neither.
"""
