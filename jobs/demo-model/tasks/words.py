"""The word lists that all texts are made of."""

NAMES = (
    "Mia Ben Tom Ana Leo Zoe Sam Eva Max Ida Jon Amy Ron Kim Lee Sue Dan Liz Ray Pam "
    "Omar Nina Hugo Vera Ivan Rosa Noah Lily Finn Maya Owen Ruth Carl Joy Theo Nora Paul Iris Luke Alma"
).split()
LAST_NAMES = (
    "Carter Woods Stone Hill Brook Field Marsh Lake Forest Rivers "
    "Banks Moor Heath Glen Dale Cross Bridge Mills Fox Wren"
).split()
CITIES = (
    "Leeds Porto Oslo Lyon Kyoto Lima Quito Turin Ghent Malmo Bergen Cork Split Graz Basel Perth "
    "Darwin Tampa Austin Salem Dover Bath York Derby Crewe"
).split()
SINGULARS = (
    "apple pear coin book marble pencil shell stamp card stone ticket button cookie flower "
    "sticker egg nail bottle candle ribbon"
).split()
ITEMS = [(one, one + "s") for one in SINGULARS]
COLORS = "red blue green yellow black white brown grey pink orange purple silver".split()
FEELINGS = "happy tired curious brave worried proud calm excited lonely hopeful".split()
WEATHERS = "sunny rainy windy foggy snowy cloudy stormy warm".split()
ADJECTIVES = "small big old new shiny heavy tiny clean dusty round".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = (
    "January February March April May June "
    "July August September October November December"
).split()
PLACES = [
    "the old harbor",
    "a quiet village",
    "the deep forest",
    "a small farm",
    "the tall lighthouse",
    "the busy market",
    "a snowy mountain",
    "the long beach",
    "the town library",
    "a green valley",
]
OBJECTS = [
    "a golden key",
    "a broken clock",
    "a little boat",
    "a strange map",
    "a lost letter",
    "a silver bell",
    "a wooden box",
    "a bright lantern",
    "a torn flag",
    "a blue kite",
]

# animal: (sound, legs, home, food)
ANIMALS = {
    "dog": ("bark", 4, "houses", "meat"),
    "cat": ("purr", 4, "houses", "fish"),
    "cow": ("moo", 4, "fields", "grass"),
    "horse": ("neigh", 4, "stables", "hay"),
    "duck": ("quack", 2, "ponds", "seeds"),
    "sheep": ("bleat", 4, "hills", "grass"),
    "owl": ("hoot", 2, "woods", "mice"),
    "frog": ("croak", 4, "ponds", "flies"),
    "lion": ("roar", 4, "grasslands", "meat"),
    "wolf": ("howl", 4, "forests", "meat"),
    "pig": ("grunt", 4, "farms", "corn"),
    "crow": ("caw", 2, "trees", "worms"),
    "bee": ("buzz", 6, "hives", "nectar"),
    "snake": ("hiss", 0, "deserts", "eggs"),
    "mouse": ("squeak", 4, "barns", "grain"),
    "goat": ("bleat", 4, "mountains", "leaves"),
    "hen": ("cluck", 2, "coops", "grain"),
    "bear": ("growl", 4, "forests", "berries"),
}

CAPITALS = {
    "France": "Paris",
    "Spain": "Madrid",
    "Italy": "Rome",
    "Germany": "Berlin",
    "Portugal": "Lisbon",
    "Norway": "Oslo",
    "Sweden": "Stockholm",
    "Finland": "Helsinki",
    "Denmark": "Copenhagen",
    "Poland": "Warsaw",
    "Austria": "Vienna",
    "Greece": "Athens",
    "Egypt": "Cairo",
    "Kenya": "Nairobi",
    "Peru": "Lima",
    "Chile": "Santiago",
    "Cuba": "Havana",
    "Japan": "Tokyo",
    "China": "Beijing",
    "India": "New Delhi",
    "Canada": "Ottawa",
    "Ireland": "Dublin",
    "Hungary": "Budapest",
    "Turkey": "Ankara",
    "Thailand": "Bangkok",
    "Vietnam": "Hanoi",
    "Nepal": "Kathmandu",
    "Iceland": "Reykjavik",
    "Belgium": "Brussels",
    "Morocco": "Rabat",
    "Ghana": "Accra",
    "Bolivia": "Sucre",
}

GROUPS = {
    "fruits": "apple pear plum cherry mango banana lemon orange peach grape melon fig kiwi lime".split(),
    "colors": COLORS,
    "tools": "hammer saw drill wrench pliers chisel file clamp level ladder shovel rake".split(),
    "animals": list(ANIMALS),
    "vegetables": "carrot onion leek potato bean pea cabbage turnip radish spinach garlic beet".split(),
    "instruments": "piano violin flute drum guitar harp trumpet cello oboe banjo organ horn".split(),
    "sports": "tennis golf rugby chess rowing boxing hockey judo cricket skating sailing cycling".split(),
    "metals": "iron copper gold silver tin lead zinc nickel steel brass".split(),
}
