"""The verbs: order, submit, follow, save, cancel, retry, sweep. All that changes a generation is here."""
