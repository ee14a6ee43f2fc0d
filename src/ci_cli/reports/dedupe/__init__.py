"""Records of the same customer, found and decided on."""
