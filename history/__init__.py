"""The record of past runs: vocabulary, store and judgement. It never measures or draws."""
