"""The one door: record, read and follow. CLI, hooks, viewer and notebook all come through here."""
