"""The recap: the photos as a film. A pure plan and a pure camera; the reel is drawn by Pillow and encoded by ffmpeg."""
