"""Social-security card (社会保障卡) in a contact reader, over PC/SC."""
