"""The widgets that tabs, dialogs and the main screen are composed of."""
