"""The operator's command, `cognito-drop`."""
