"""IAM enforced: what policies say of each request of a role, and of what services do in a role's name.

`gate` asks for HTTP requests, `access` for what services do in a role's name; `operations` and `needs` say which
actions on which resources a request means, `roles`, `resource_policies`, and `policies` whether they are allowed,
`report` what was used of what is granted. What a service may deliver to a resource is asked where it delivers
(`localcloud.delivery.permissions`).
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""
