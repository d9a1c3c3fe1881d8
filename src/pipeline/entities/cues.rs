//! Words that announce a name, are part of one, or rule one out. English first; the other languages have what is short, frequent and
//! means nothing else in a language with the same letters. Written for this project.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::key;

/// Never part of a person's name or of a place, however it is written: articles, pronouns, conjunctions, question words.
pub(super) const FUNCTION: u16 = 1;
/// Days, months, and abbreviations that stand for no organisation.
pub(super) const TEMPORAL: u16 = 1 << 1;
/// Stands before a person's name: Mr, President, Minister.
pub(super) const TITLE: u16 = 1 << 2;
/// Written with a full stop that ends no sentence.
pub(super) const ABBREVIATION: u16 = 1 << 3;
/// Stands before a place: in, near.
pub(super) const LOCATIVE: u16 = 1 << 4;
/// What people do in the news: said, told.
pub(super) const SAYING: u16 = 1 << 5;
/// Ends a company's name: Inc, GmbH.
pub(super) const COMPANY: u16 = 1 << 6;
/// The noun with which the name of a part of a government begins: Ministry.
pub(super) const DEPARTMENT: u16 = 1 << 7;
/// Joins two heads: Labour and Social Affairs.
pub(super) const AND: u16 = 1 << 8;
/// A credit or a button: the words around it name nobody.
pub(super) const BOILERPLATE: u16 = 1 << 9;
/// What sport is told in.
pub(super) const SPORT: u16 = 1 << 10;
/// The noun in a company's or a club's name, which ends it: in "Brightmoor Software of Bristol" the rest says where it is.
pub(super) const CORPORATE: u16 = 1 << 11;
/// Of a country or continent, or its people: not itself a place.
pub(super) const NATIONALITY: u16 = 1 << 12;
/// What is named after where it came from: a Panama hat.
pub(super) const ORIGIN: u16 = 1 << 13;

const LISTS: &[(u16, &str)] = &[
    (
        FUNCTION,
        "a an the this that these those i you he she it we they me him her us them my your his its our their who whom whose which what when
         where why how if and or but nor so yet as at by for from in into of on onto to with without about above across after against
         along among around before behind below beneath beside between beyond during except inside near off out outside over past
         since through throughout toward towards under until up upon via within while because although though unless whether than then
         there here not no yes all any both each every either neither few many more most much other some such only own same too very just
         also even still again once ever never now is are was were be been being am do does did has have had having can could should would
         shall might must according despite amid plus per like unlike however
         meanwhile moreover therefore thus hence maybe perhaps one two three four five six seven eight nine ten first last
         next another several today yesterday tomorrow tonight s t re ve ll im
         der die das ein eine einer eines dem den des und oder aber wenn als wie wo wer was ich sie er es wir ihr auch nicht noch nur im am zum zur
         mit nach bei seit von aus auf für über unter vor zwischen durch gegen ohne um
         le les un une et ou mais il elle ils elles nous vous je ce cette ces dans sur pour par avec sans sous chez
         el los las una uno y o pero que en con por para sin sobre entre se su sus lo
         os as um uma e ou mas no na nos nas do da dos das com por sem seu sua
         het een en maar niet met voor van op te zijn
         och att det som en ett av för med på är men om jag vi han hon den de till från
         og at det som et af på er ikke men om jeg vi han hun
         i u na je se da za su od s o iz ali ne to a w z ze nie jest się do że co po
         и в не на что с по он она они мы я это как но а для из от у о к же был была так за при то
         és hogy nem az is egy ez csak már a
         și în la cu din pe pentru este sunt nu mai care o un ca ce să au fost
         में से को का की के ने पर और है हैं",
    ),
    (
        SPORT,
        "league goal goals match matches striker midfielder defender goalkeeper winger season coach penalty cup fixture draw drew
         equaliser equalised scored scorer referee derby relegation club squad playoff playoffs quarterback touchdown inning innings
         beat beaten defeat win lost tournament kick halftime hat-trick offside champions",
    ),
    (
        CORPORATE,
        "software systems technologies holdings industries electronics motors pharmaceuticals communications enterprises entertainment
         pictures studios airlines airways records partners manufacturing semiconductor semiconductors platforms therapeutics
         biosciences biotech logistics petroleum steel chemicals robotics foods beverages telecom mining insurance securities athletic rovers
         wanderers",
    ),
    (BOILERPLATE, "getty shutterstock istock copyright reserved subscribe unsubscribe newsletter cookies screenshot hulton alamy imago gettyimages"),
    (
        TEMPORAL,
        "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays january february
         march april june july august september october november december feb aug sept nov dec christmas easter ramadan thanksgiving
         halloween hanukkah passover montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober
         dezember lundi mardi mercredi jeudi vendredi samedi dimanche janvier février juin juillet août septembre octobre novembre décembre
         bc ad am pm gmt est edt utc ok tv dvd pc phd mba ceo cfo coo cto faq pdf html asap fyi diy atm suv gdp vat covid hiv aids dna rna днк рнк вич сми usb usd eur gbp utf gps sms url isbn mri cpu gpu
         ram led lcd uvb uva ufo id cv dj mc bbq pin vip suvs ufos cds dvds tvs ads rip rsvp eta aka nsfw lol omg btw imo imho ps vs sos",
    ),
    (
        TITLE,
        "mr mrs ms miss dr prof professor sir dame lord lady madam king queen prince princess duke duchess pope father sister brother bishop
         archbishop cardinal rabbi imam ayatollah sheikh sultan emir saint rev reverend pastor president vice-president premier chancellor
         minister prime secretary senator sen rep congressman congresswoman congressperson governor gov mayor judge justice attorney
         general gen colonel col major maj captain capt lieutenant lt sergeant sgt corporal cpl private pvt admiral adm commander cmdr
         commissioner officer detective sheriff chief chairman chairwoman chair chairperson director spokesman spokeswoman spokesperson
         ambassador envoy deputy leader speaker coach manager actor actress singer author writer director-general ceo cfo
         founder co-founder cofounder editor analyst economist lawyer journalist reporter correspondent candidate lawmaker
         councillor councilman councilwoman mp mep delegate whip head herr frau präsident präsidentin kanzler kanzlerin bundeskanzler
         bundeskanzlerin minister ministerin außenminister außenministerin innenminister finanzminister ministerpräsident monsieur madame mme président
         présidente ministre señor señora don doña presidente presidenta ministro ministra senhor senhora primeiro-ministro signor signora
         statsminister burgemeester wethouder schepen staatssecretaris borgmester borgmästare sindaco sindaca assessore assessora alcalde
         alcaldesa maire prefeito prefeita oberbürgermeister oberbürgermeisterin bürgermeister bürgermeisterin herra президент министр премьер капитан госпожа господин генерал директор председатель депутат губернатор мэр глава",
    ),
    (ABBREVIATION, "mr mrs ms dr prof sen rep gov gen col maj capt lt sgt cpl pvt adm cmdr rev st jr sr vs no inc corp co ltd mt ft messrs mme hr"),
    (
        LOCATIVE,
        "in at near from to outside around across toward towards into via leaving visiting throughout beyond neighboring neighbouring
         northern southern eastern western central downtown aus nach à en dans em no na te naar uit från till fra til în w we z ze v vo u iz в во из под",
    ),
    (
        SAYING,
        "said says told tells asked asks added adds argued argues explained noted wrote writes tweeted insisted claimed warned replied announced
         admitted recalled testified resigned joked thinks believes acknowledged remarked quipped countered stressed sagte sagt erklärte
         dijo afirmó declaró disse afirmou dit déclaré explique zei sade säger sagde siger rekao rekla сказал сказала заявил заявила сообщил",
    ),
    (
        COMPANY,
        "inc corp corporation ltd llc plc gmbh ag kg nv bv ab asa oy oyj spa srl sarl kft zrt sro llp incorporated limited kgaa pty ооо оао зао",
    ),
    (DEPARTMENT, "ministry department committee office bureau secretary"),
    (ORIGIN, "hat hats cow cows terrier terriers bulldog bulldogs spaniel spaniels setter retriever retrievers pony ponies shorts nut nuts"),
    (
        NATIONALITY,
        "afghan afghans african africans albanian albanians algerian algerians american americans angolan angolans arab arabs argentine argentines
         argentinian argentinians armenian armenians asian asians australian australians austrian austrians azerbaijani azerbaijanis bahraini
         bangladeshi bangladeshis belarusian belarusians belgian belgians bolivian bolivians bosnian bosnians brazilian brazilians british briton
         britons bulgarian bulgarians burmese cambodian cambodians cameroonian canadian canadians chadian chilean chileans chinese colombian
         colombians congolese croatian croatians cuban cubans cypriot cypriots czech czechs danish dane danes dutch ecuadorian ecuadorians
         egyptian egyptians english eritrean eritreans estonian estonians ethiopian ethiopians european europeans fijian filipino filipinos
         finnish finn finns french georgian georgians german germans ghanaian ghanaians greek greeks guatemalan guatemalans haitian haitians
         honduran hondurans hungarian hungarians icelandic indian indians indonesian indonesians iranian iranians iraqi iraqis irish israeli
         israelis italian italians ivorian jamaican jamaicans japanese jordanian jordanians kazakh kazakhs kenyan kenyans korean koreans kosovar
         kosovars kurdish kurds kuwaiti kuwaitis kyrgyz laotian latvian latvians lebanese liberian liberians libyan libyans lithuanian
         lithuanians macedonian macedonians malagasy malawian malaysian malaysians maldivian malian malians maltese mauritanian mexican mexicans
         moldovan moldovans mongolian mongolians montenegrin montenegrins moroccan moroccans mozambican namibian nepalese nepali nepalis
         nicaraguan nicaraguans nigerian nigerians nigerien norwegian norwegians omani omanis pakistani pakistanis palestinian palestinians
         panamanian panamanians paraguayan paraguayans peruvian peruvians polish portuguese qatari qataris romanian romanians russian russians
         rwandan rwandans salvadoran salvadorans saudi saudis scottish scots senegalese serbian serbians serbs singaporean singaporeans slovak
         slovaks slovenian slovenians somali somalis spanish spaniard spaniards sudanese surinamese swedish swede swedes swiss syrian syrians
         taiwanese tajik tajiks tanzanian tanzanians thai tibetan tibetans tunisian tunisians turkish turk turks turkmen ugandan ugandans
         ukrainian ukrainians uruguayan uruguayans uyghur uyghurs uzbek uzbeks venezuelan venezuelans vietnamese welsh yemeni yemenis zambian
         zambians zimbabwean zimbabweans",
    ),
    (AND, "and & und et y e en och og i и"),
];

/// What every cue word announces, by key.
pub(super) struct Cues(HashMap<u64, u16, BuildHasherDefault<Keyed>>);

impl Cues {
    pub(super) fn new() -> Self {
        let mut cues = HashMap::default();
        for (cue, words) in LISTS {
            for word in words.split_whitespace() {
                *cues.entry(key::of_word(word)).or_insert(0) |= cue;
            }
        }
        Self(cues)
    }

    pub(super) fn get(&self, key: u64) -> u16 {
        self.0.get(&key).copied().unwrap_or(0)
    }
}

/// Keys are hashes already.
#[derive(Default)]
pub(super) struct Keyed(u64);

impl Hasher for Keyed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) ^ (self.0 >> 56) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
