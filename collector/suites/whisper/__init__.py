"""Whisper on ONNX Runtime: three graphs, our own mel, and the decoder loop timed stage by stage."""
