"""Draft captions from speech: who recognises it, what of it is believed, and how a draft is made."""
