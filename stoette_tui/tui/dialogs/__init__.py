"""The dialogs: what stands above the tabs for a moment."""
