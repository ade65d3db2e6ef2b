"""What AWS's own API models say of a request: which operation it calls, and whether the operation takes it.

`RequestCheck` is a layer of the server; `read_request` is for every part that asks which operation is called.
"""
