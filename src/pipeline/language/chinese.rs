//! Which Chinese: simplified or traditional characters, and Cantonese by words that only it writes.

/// Characters that are written differently, simplified then traditional, in pairs.
const PAIRS: &str = "\
    国國这這们們来來时時会會说說对對个個为為学學实實现現发發经經过過还還进進开開关關长長问問间間门門东東车車马馬鸟鳥鱼魚龙龍\
    见見观觀觉覺规規视視话話语語让讓认認记記设設许許论論证證评評请請读讀课課调調谈談谁誰该該详詳误誤资資质質贵貴费費赛賽\
    电電网網总總统統结結给給绝絶绍紹经經续續维維纪紀约約级級线線组組织織终終红紅纸紙细細练練罗羅义義习習乐樂书書买買卖賣\
    当當应應广廣庆慶库庫庄莊张張强強归歸录錄战戰户戶报報护護担擔择擇据據举舉击擊执執扩擴办辦务務动動劳勞势勢区區医醫华華\
    协協单單卫衛厂廠历歷压壓县縣参參双雙变變叶葉号號团團园園图圖圆圓场場坏壞块塊声聲处處备備复復头頭夺奪奖獎妇婦孙孫宁寧\
    宝寶审審导導岁歲岛島师師带帶帮幫干幹并並干乾几幾库庫态態恶惡惊驚惯慣愿願戏戲扬揚投投抢搶担擔拥擁挥揮损損换換数數断斷\
    无無旧舊显顯晓曉术術机機杀殺杂雜权權条條极極构構标標样樣树樹桥橋检檢楼樓欢歡毁毀气氣汉漢汇匯济濟浓濃涛濤润潤涨漲温溫\
    灭滅灯燈灵靈炼煉烂爛烟煙热熱爱愛独獨狮獅环環画畫疗療监監盖蓋盘盤础礎确確离離种種积積稳穩竞競笔筆签簽简簡粮糧纠糾\
    肃肅脑腦脚腳艺藝节節荐薦药藥获獲营營虑慮虽雖蓝藍补補装裝触觸誉譽谢謝赶趕趋趨跃躍踪蹤轮輪软軟轻輕载載较較辆輛辑輯输輸\
    达達迁遷运運近近远遠违違连連迟遲适適选選递遞遗遺邮郵邻鄰郑鄭释釋钱錢铁鐵银銀锋鋒错錯键鍵镇鎮闭閉闲閒阅閱队隊阳陽阴陰\
    际際陆陸陈陳险險随隨隐隱难難雾霧静靜页頁项項顺順须須预預领領频頻题題颜顏额額风風飞飛饭飯饮飲馆館驻駐验驗骑騎骗騙髙高\
    鲁魯鲜鮮鸡雞麦麥黄黃齐齊龄齡联聯么麼诺諾识識没沒众眾为為于於亚亞尔爾伦倫顿頓苏蘇兰蘭乌烏\
    腾騰纽紐韩韓侦偵伤傷枪槍袭襲弹彈赢贏败敗胜勝军軍兴興创創业業产產农農价價亿億万萬";

/// Characters that Cantonese is written with and standard Chinese is not.
const CANTONESE: &str = "嘅咗喺啲嗰冇唔佢哋嚟諗嘢咁睇啱噉乜畀瞓攞嗌喎嘥搵嘞咩";
/// A text is Cantonese if of so many ideographs one is among these: a Mandarin text that quotes it has fewer.
const CANTONESE_AMONG: usize = 250;

const FIRST: char = '\u{3400}';
const LAST: char = '\u{9fff}';

const SIMPLIFIED: u8 = 1;
const TRADITIONAL: u8 = 2;
const IN_CANTONESE: u8 = 4;

/// The language and its script.
pub(super) fn variety(text: &str) -> (&'static str, &'static str) {
    let signs = signs();
    let (mut cantonese, mut simplified, mut traditional, mut all) = (0_usize, 0_u32, 0_u32, 0_usize);
    for character in text.chars().filter(|character| (FIRST..=LAST).contains(character)) {
        let sign = signs.get(index(character)).copied().unwrap_or_default();
        all += 1;
        cantonese += usize::from(sign & IN_CANTONESE != 0);
        simplified += u32::from(sign & (SIMPLIFIED | TRADITIONAL) == SIMPLIFIED);
        traditional += u32::from(sign & (SIMPLIFIED | TRADITIONAL) == TRADITIONAL);
    }
    let script = if traditional > simplified { "Hant" } else { "Hans" };
    (if cantonese * CANTONESE_AMONG > all { "yue" } else { "zh" }, script)
}

fn index(character: char) -> usize {
    (character as usize).wrapping_sub(FIRST as usize)
}

/// What each ideograph says. One that both sides of the pairs have says nothing of either.
fn signs() -> &'static [u8] {
    static SIGNS: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    SIGNS.get_or_init(|| {
        let sides = [SIMPLIFIED, TRADITIONAL].into_iter().cycle();
        let pairs = PAIRS.chars().filter(|character| !character.is_whitespace()).zip(sides);
        let mut signs = vec![0; index(LAST) + 1];
        for (character, sign) in pairs.chain(CANTONESE.chars().map(|character| (character, IN_CANTONESE))) {
            if let Some(all) = signs.get_mut(index(character)) {
                *all |= sign;
            }
        }
        signs
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varieties_are_told_apart() {
        assert_eq!(variety("总统在国会发表讲话"), ("zh", "Hans"));
        assert_eq!(variety("總統在國會發表講話"), ("zh", "Hant"));
        assert_eq!(variety("佢哋琴日喺呢度開會"), ("yue", "Hant"));
    }
}
