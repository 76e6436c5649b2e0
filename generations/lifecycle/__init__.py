"""The verbs: order, submit, follow, save, cancel, retry, sweep. Everything that changes a generation is here."""
