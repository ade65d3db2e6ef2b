"""IAM enforced: what a role's identity policies say of each of its requests.

`gate` asks for HTTP requests, `access` for what services do in a role's name; `operations` and `needs` say which
actions on which resources a request means, `roles` and `policies` whether they are allowed, `report` what was used of
what is granted. Not here: resource-based policies, which are asked where services deliver
(`localcloud.delivery.permissions`).
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""
