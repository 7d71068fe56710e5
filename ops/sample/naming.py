"""Invented names: of a city, its areas and units, and of people; nobody real is meant."""

from __future__ import annotations

from ops.sample.drawing import lot, one_of

CITY = ("津河市", "Jinhe")
DISTRICTS = (
    ("临河区", "Linhe"),
    ("云岸区", "Yun'an"),
    ("望海区", "Wanghai"),
    ("桥北区", "Qiaobei"),
    ("柳堤区", "Liudi"),
    ("安澜区", "Anlan"),
    ("锦园区", "Jinyuan"),
    ("青屿区", "Qingyu"),
    ("朝港区", "Chaogang"),
    ("石埠区", "Shibu"),
    ("泽川区", "Zechuan"),
    ("永渡区", "Yongdu"),
    ("麦田区", "Maitian"),
    ("槐乡区", "Huaixiang"),
    ("苇洲区", "Weizhou"),
    ("新潮区", "Xinchao"),
)
_FIRST = (
    ("安", "an"), ("和", "he"), ("永", "yong"), ("新", "xin"), ("云", "yun"), ("柳", "liu"),
    ("锦", "jin"), ("福", "fu"), ("春", "chun"), ("秋", "qiu"), ("东", "dong"), ("南", "nan"),
    ("西", "xi"), ("北", "bei"), ("金", "jin"), ("玉", "yu"), ("兴", "xing"), ("德", "de"),
    ("文", "wen"), ("明", "ming"), ("光", "guang"), ("长", "chang"), ("盛", "sheng"), ("富", "fu"),
    ("康", "kang"), ("瑞", "rui"), ("祥", "xiang"), ("荣", "rong"), ("华", "hua"), ("嘉", "jia"),
)  # fmt: skip
_SECOND = (
    ("泰", "tai"), ("顺", "shun"), ("桥", "qiao"), ("园", "yuan"), ("庄", "zhuang"), ("河", "he"),
    ("湾", "wan"), ("岭", "ling"), ("苑", "yuan"), ("堤", "di"), ("林", "lin"), ("泉", "quan"),
    ("阳", "yang"), ("平", "ping"), ("宁", "ning"), ("源", "yuan"), ("川", "chuan"), ("塘", "tang"),
    ("亭", "ting"), ("坊", "fang"), ("台", "tai"), ("港", "gang"), ("洲", "zhou"), ("浦", "pu"),
    ("溪", "xi"), ("坡", "po"), ("墅", "shu"), ("关", "guan"), ("口", "kou"), ("岸", "an"),
)  # fmt: skip
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉萍红玲建国文志新海燕春梅丹婷宇浩"
    "轩博佳欣怡雪晨曦阳晓东立峰宏斌倩颖瑞鑫帆凯琳慧莹健辉鹏云飞龙翔宁波涵雨桐思远卫民"
)
_COMPOUND_GIVEN = 0.75


def area_stem(nth: int, offset: int) -> tuple[str, str]:
    """Give the stem of a name: no two alike among nine hundred in a row."""
    place = (nth * 391 + offset) % (len(_FIRST) * len(_SECOND))
    first, second = _FIRST[place % len(_FIRST)], _SECOND[place // len(_FIRST)]
    return first[0] + second[0], (first[1] + second[1]).capitalize()


def person_name(seed: int, handle: str) -> str:
    """Give the invented name of a person."""
    surname = one_of(_SURNAMES, lot(seed, "surname", handle) ** 1.6)  # the first are the commonest
    given = one_of(_GIVEN, lot(seed, "given", handle))
    if lot(seed, "compound", handle) < _COMPOUND_GIVEN:
        given += one_of(_GIVEN, lot(seed, "second", handle))
    return surname + given
