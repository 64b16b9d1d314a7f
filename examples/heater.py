"""A household heater: the thing that the shadow stands for."""

TARGET_MIN, TARGET_MAX = 5, 30


class Heater:
    """`state` is what the heater does now; values are JSON values."""

    def __init__(self):
        self.state = {"power": "off", "target": 19}

    def set(self, name, value):
        """Sets one property; ValueError says why it cannot be."""
        if name == "power":
            possible = value in ("on", "off")
            wanted = "on or off"
        elif name == "target":
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            possible = is_number and TARGET_MIN <= value <= TARGET_MAX
            wanted = f"a number from {TARGET_MIN} to {TARGET_MAX}"
        else:
            raise ValueError(f"a heater has no {name}; it has power and target")
        if not possible:
            raise ValueError(f"{name} cannot be {value!r}: it is {wanted}")
        self.state[name] = value
