"""What the speech suites share: audio, corpora, spectrograms, weights and fingerprints."""
