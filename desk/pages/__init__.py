"""The desk's pages: what a browser asks for and sends."""
