"""Commands about what needs somebody: check, actions, notices, what they brought."""
