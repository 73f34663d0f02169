/** What is known of a picture from its first octets. */
export interface Picture {
  readonly mediaType: 'image/png' | 'image/jpeg';
  readonly width: number;
  readonly height: number;
}

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** The kind and size of a PNG or JPEG; undefined for anything else. */
export function pictureOf(image: Buffer): Picture | undefined {
  if (image.length >= 33 && image.subarray(0, 8).equals(PNG)) {
    return { mediaType: 'image/png', width: image.readUInt32BE(16), height: image.readUInt32BE(20) };
  }
  const size = jpegSize(image);
  return size && { mediaType: 'image/jpeg', ...size };
}

/** Segments of a JPEG up to the one that tells its size. */
function jpegSize(image: Buffer): { width: number; height: number } | undefined {
  if (image.length < 4 || image.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= image.length; ) {
    if (image[at] !== 0xff) return undefined;
    const marker = image[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: image.readUInt16BE(at + 5), width: image.readUInt16BE(at + 7) };
    at += 2 + image.readUInt16BE(at + 2);
  }
  return undefined;
}
