"""Where orders come from: who bought what, shipped how, to where. One module a source."""
