"""Title cards and slates: a pure layout, drawn by Pillow."""
