"""Every view-model and intent, and the form they have on the link. No Qt in here."""
