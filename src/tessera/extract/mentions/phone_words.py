"""Words that name a country, by the region whose telephone numbers are meant (ISO 3166-1)."""

from typing import Final

_WORDS: Final = {
    "AU": "australia australian sydney melbourne brisbane afp",
    "BR": "brazil brazilian brasil",
    "CN": "china chinese beijing shanghai",
    "CO": "colombia colombian bogota bogotá medellin medellín",
    "DE": "germany german berlin hamburg munich münchen frankfurt bka deutsch",
    "ES": "spain madrid barcelona valencia",
    "FR": "france french paris lyon marseille",
    "GB": "uk britain british england english london scotland scottish wales manchester birmingham liverpool leeds glasgow edinburgh nca "
    "metropolitan bristol cardiff belfast",
    "GT": "guatemala guatemalan",
    "HN": "honduras honduran",
    "IE": "ireland irish dublin garda gardaí cork",
    "IN": "india indian mumbai delhi",
    "IT": "italy italian rome milan",
    "JP": "japan japanese tokyo",
    "MX": "mexico méxico mexican tijuana juarez juárez guadalajara monterrey sinaloa culiacan culiacán cdmx",
    "NG": "nigeria nigerian lagos",
    "NL": "netherlands dutch amsterdam rotterdam",
    "NZ": "zealand auckland",
    "PH": "philippines filipino manila",
    "PL": "poland polish warsaw",
    "SV": "salvador salvadoran",
    "UA": "ukraine ukrainian kyiv",
    "ZA": "johannesburg pretoria",
}
COUNTRIES: Final = {word: region for region, words in _WORDS.items() for word in words.split()}
