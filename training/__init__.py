"""Seeds in, artefact out. Never imported by the service or the model, and not in the image."""
