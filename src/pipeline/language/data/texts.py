#!/usr/bin/env python3
"""Gathers the texts that the model is tuned on:  texts.py SIB200 [SENTENCES.jsonl.gz] > texts.tsv

SIB200 is a clone of github.com/dadelani/sib-200 (commit 593cea885199; FLORES-200 sentences, CC BY-SA 4.0). Its test part is
left out. SENTENCES has an object a line with lang, source and text; what is parallel text in it (FLORES, NTREX) or
machine-translated is left out, so nothing of the NTREX news that the model is measured on is trained on.
Russian, Ukrainian, Greek and Hindi are also written in Latin letters, as people type them who lack the keyboard: the model has no such languages,
and learns to say `und`. A line out is a language, its source and a text. The source is `flores` or `other`, or `held` for what is kept for the calibration: FLORES'
dev part and every tenth other text.
"""
import gzip
import json
import os
import sys

LANGUAGES = """af:afr_Latn as:asm_Beng ast:ast_Latn az:azj_Latn ba:bak_Cyrl be:bel_Cyrl bg:bul_Cyrl bn:ben_Beng bs:bos_Latn ca:cat_Latn ckb:ckb_Arab
crh:crh_Latn cs:ces_Latn cy:cym_Latn da:dan_Latn de:deu_Latn en:eng_Latn eo:epo_Latn es:spa_Latn et:est_Latn eu:eus_Latn fa:pes_Arab fi:fin_Latn
fo:fao_Latn fr:fra_Latn ga:gle_Latn gd:gla_Latn gl:glg_Latn ha:hau_Latn hi:hin_Deva hr:hrv_Latn ht:hat_Latn hu:hun_Latn id:ind_Latn ig:ibo_Latn
is:isl_Latn it:ita_Latn jv:jav_Latn kk:kaz_Cyrl ku:kmr_Latn ky:kir_Cyrl lb:ltz_Latn lg:lug_Latn ln:lin_Latn lt:lit_Latn lv:lvs_Latn mg:plt_Latn
mk:mkd_Cyrl mn:khk_Cyrl mr:mar_Deva ms:zsm_Latn mt:mlt_Latn nb:nob_Latn ne:npi_Deva nl:nld_Latn nn:nno_Latn oc:oci_Latn om:gaz_Latn pl:pol_Latn
ps:pbt_Arab pt:por_Latn ro:ron_Latn ru:rus_Cyrl rw:kin_Latn sa:san_Deva sk:slk_Latn sl:slv_Latn sn:sna_Latn so:som_Latn sq:als_Latn sr:srp_Cyrl
st:sot_Latn sv:swe_Latn sw:swh_Latn tg:tgk_Cyrl tk:tuk_Latn tl:tgl_Latn tr:tur_Latn tt:tat_Cyrl ug:uig_Arab uk:ukr_Cyrl ur:urd_Arab uz:uzn_Latn
vec:vec_Latn el:ell_Grek vi:vie_Latn xh:xho_Latn yo:yor_Latn zu:zul_Latn ar:arb_Arab"""
LEFT_OUT = ("MicrosoftTranslator/NTREX", "dadelani/sib-200", "ccasimiro88/TranslateAlignRetrieve", "crux82/squad-it")
CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
LATIN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split()
LETTERS = {**dict(zip(CYRILLIC, LATIN)), **{c.upper(): latin.capitalize() for c, latin in zip(CYRILLIC, LATIN)}}

ROMAN = {
    "ru": dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya".split(" "))),
    "uk": dict(zip("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "a b v h g d e ye zh z y i yi y k l m n o p r s t u f kh ts ch sh shch  yu ya".split(" "))),
    "el": dict(zip("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "a v g d e z i th i k l m n x o p r s s t y f ch ps o a e i i o y o i y i y".split())),
}
CONSONANTS = dict(zip("कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह", "k kh g gh n ch chh j jh n t th d dh n t th d dh n p ph b bh m y r l v sh sh s h".split()))
SIGNS = dict(zip("ािीुूृेैोौंँः़्", "a i i u u ri e ai o au n n h".split() + ["", ""]))
VOWELS = dict(zip("अआइईउऊऋएऐओऔ।", "a a i i u u ri e ai o au .".split()))


def hindi(word):
    """A word of Hindi in Latin letters: a consonant has an a unless a sign or the end of the word follows."""
    told = ""
    for at, letter in enumerate(word):
        after = word[at + 1:at + 2]
        told += CONSONANTS.get(letter, SIGNS.get(letter, VOWELS.get(letter, letter)))
        if letter in CONSONANTS and after and after not in SIGNS:
            told += "a"
    return told


def romanised(language, text):
    if language == "hi":
        return " ".join(map(hindi, text.split())).capitalize()
    table = ROMAN[language]
    return "".join(table[c] if c in table else table[c.lower()].capitalize() if c.lower() in table else c for c in text)


def write(language, source, text):
    print(language, source, " ".join(text.split()), sep="\t")


sys.stdout.reconfigure(encoding="utf-8")
for pair in LANGUAGES.split():
    language, name = pair.split(":")
    for part, source in (("train", "flores"), ("dev", "held")):
        with open(os.path.join(sys.argv[1], "data/annotated", name, f"{part}.tsv"), encoding="utf-8") as file:
            for line in list(file)[1:]:
                text = line.rstrip("\n").split("\t")[2].strip('"')
                write(language, source, text)
                if language in ROMAN or language == "hi":
                    write("und", source, romanised(language, text))
                if language == "sr":
                    write(language, source, "".join(LETTERS.get(letter, letter) for letter in text))
if len(sys.argv) > 2:
    with gzip.open(sys.argv[2], "rt", encoding="utf-8") as file:
        for number, row in enumerate(map(json.loads, file)):
            if row["source"] not in LEFT_OUT:
                write(row["lang"], "held" if number % 10 == 0 else "other", row["text"])
