"""Files of the public Whisper-on-ONNX-Runtime benchmark: read and written."""
