"""To whom the words of a sealed desk are sealed: key pairs, signed lists of people, and what is sealed to each."""
