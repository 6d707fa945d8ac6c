"""The dialogs: modal screens above the tabs."""
