// The permutations and S-boxes as FIPS 46-3 prints them; bit 1 is the most significant.
const PC1 = numbers(
  '57 49 41 33 25 17 9 1 58 50 42 34 26 18 10 2 59 51 43 35 27 19 11 3 60 52 44 36 ' +
    '63 55 47 39 31 23 15 7 62 54 46 38 30 22 14 6 61 53 45 37 29 21 13 5 28 20 12 4',
);
const PC2 = numbers(
  '14 17 11 24 1 5 3 28 15 6 21 10 23 19 12 4 26 8 16 7 27 20 13 2 ' +
    '41 52 31 37 47 55 30 40 51 45 33 48 44 49 39 56 34 53 46 42 50 36 29 32',
);
const P = numbers('16 7 20 21 29 12 28 17 1 15 23 26 5 18 31 10 2 8 24 14 32 27 3 9 19 13 30 6 22 11 4 25');
/** Each S-box: four rows of sixteen hexadecimal digits. */
const S_BOXES = [
  'e4d12fb83a6c5907 0f74e2d1a6cb9538 41e8d62bfc973a50 fc8249175b3ea06d',
  'f18e6b34972dc05a 3d47f28ec01a69b5 0e7ba4d158c6932f d8a13f42b67c05e9',
  'a09e63f51dc7b428 d709346a285ecbf1 d6498f30b12c5ae7 1ad069874fe3b52c',
  '7de3069a1285bc4f d8b56f03472c1ae9 a690cb7df13e5284 3f06a1d8945bc72e',
  '2c417ab6853fd0e9 eb2c47d150fa3986 421bad78f9c5630e b8c71e2d6f09a453',
  'c1af92680d34e75b af427c9561de0b38 9ef528c3704a1db6 432c95fabe17608d',
  '4b2ef08d3c975a61 d0b7491ae35c2f86 14bdc37eaf680592 6bd814a7950fe23c',
  'd2846fb1a93e50c7 1fd8a374c56b0e92 7b419ce206adf358 21e74a8dfc90356b',
];

/**
 * Look-up tables built once from the printed ones: key octet to C and D (PC-1), seven bits of C or D to
 * round key words (PC-2), and S-box followed by P. They hold no key material.
 */
export const desTables = { ...keyTables(), ...roundKeyTables(), substitution: substitutionTable() };

/** Key bits arrive without parity, so printed key bit n (of 64) is bit n - 1 - (n - 1 >> 3) of 56. */
function keyTables(): { keyC: Int32Array; keyD: Int32Array } {
  const keyC = new Int32Array(7 * 256);
  const keyD = new Int32Array(7 * 256);
  PC1.forEach((printedBit, position) => {
    const bit = printedBit - 1 - ((printedBit - 1) >> 3);
    const target = position < 28 ? keyC : keyD;
    const mask = 1 << (27 - (position % 28));
    for (let octet = 0; octet < 256; octet++) {
      if ((octet >> (7 - (bit & 7))) & 1) target[((bit >> 3) << 8) | octet] |= mask;
    }
  });
  return { keyC, keyD };
}

/** Odd words carry the six bits of S-boxes 1, 3, 5, 7 (highest octet first), even words those of 2, 4, 6, 8. */
function roundKeyTables(): { pc2Odd: Int32Array; pc2Even: Int32Array } {
  const pc2Odd = new Int32Array(8 * 128);
  const pc2Even = new Int32Array(8 * 128);
  PC2.forEach((sourceBit, position) => {
    const box = Math.floor(position / 6);
    const table = box % 2 === 0 ? pc2Odd : pc2Even;
    const mask = 1 << (24 - 8 * (box >> 1) + 5 - (position % 6));
    const group = Math.floor((sourceBit - 1) / 7);
    const inGroup = 6 - ((sourceBit - 1) % 7);
    for (let seven = 0; seven < 128; seven++) {
      if ((seven >> inGroup) & 1) table[(group << 7) | seven] |= mask;
    }
  });
  return { pc2Odd, pc2Even };
}

/** 8 x 64 words: S-box output spread by P, rotated left by one like the halves in `Des`. */
function substitutionTable(): Int32Array {
  const table = new Int32Array(8 * 64);
  S_BOXES.forEach((rows, box) => {
    const row = rows.split(' ');
    for (let input = 0; input < 64; input++) {
      const digit = row[((input >> 4) & 2) | (input & 1)][(input >> 1) & 15];
      const word = Number.parseInt(digit, 16) << (28 - 4 * box);
      let spread = 0;
      P.forEach((sourceBit, position) => {
        if ((word >>> (32 - sourceBit)) & 1) spread |= 1 << (31 - position);
      });
      table[(box << 6) | input] = (spread << 1) | (spread >>> 31);
    }
  });
  return table;
}

function numbers(list: string): readonly number[] {
  return list.split(' ').map(Number);
}
