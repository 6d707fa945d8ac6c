"""The parts that tabs, dialogs and the main screen are put together from."""
