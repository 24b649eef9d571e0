"""The contact sheet: every card, slate and lower third of an event at every layout, with what is wrong with them."""
