"""What `cognito-drop doctor` looks at: one module a subject, each a list of findings with their fixes."""
