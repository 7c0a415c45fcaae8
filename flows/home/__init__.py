"""The home folder: its folders and rights, set-up and the doctor."""
