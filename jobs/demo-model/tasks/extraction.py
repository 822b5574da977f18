"""Orders in plain words, and the fields asked for as JSON."""

import json

from tasks.words import CITIES, COLORS, ITEMS, LAST_NAMES, NAMES


def order_text(rng, order):
    sold = f"{order['count']} {order['color']} {order['item']}"
    return rng.choice(
        [
            f"Order {order['order']}: {order['name']} from {order['city']} bought {sold} "
            f"for {order['price']} dollars.",
            f"{order['name']}, who lives in {order['city']}, paid {order['price']} dollars "
            f"for {sold} (order {order['order']}).",
            f"In order {order['order']} we sent {sold} to {order['name']} in {order['city']}. "
            f"The price was {order['price']} dollars.",
        ]
    )


def random_order(rng):
    first, last, city = rng.choice(NAMES), rng.choice(LAST_NAMES), rng.choice(CITIES)
    count, price, number = rng.randint(1, 20), rng.randint(2, 99), rng.randint(1000, 9999)
    items = rng.choice(ITEMS)[1]
    return {
        "order": number,
        "name": f"{first} {last}",
        "city": city,
        "item": items,
        "color": rng.choice(COLORS),
        "count": count,
        "price": price,
    }


def extraction(rng):
    """An order with the request for all or two to five of its fields, and these as JSON."""
    order = random_order(rng)
    text = order_text(rng, order)
    keys = list(order)
    if rng.random() >= 0.5:
        wanted = rng.randint(2, 5)
        keys = sorted(rng.sample(keys, wanted), key=keys.index)
    answer = json.dumps({key: order[key] for key in keys}, indent=2)
    return [f"Extract {', '.join(keys)} as JSON. {text}", answer]
