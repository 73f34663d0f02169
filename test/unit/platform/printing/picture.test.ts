import { describe, expect, it } from 'vitest';
import { pictureOf } from '../../../../src/platform/printing/picture.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
const jpeg = Buffer.from('ffd8ffe000044a46ffc0000b080010002001011100ffd9', 'hex');

describe('a picture', () => {
  it.each<[rule: string, image: Buffer, found: object | undefined]>([
    ['that is a PNG', png, { mediaType: 'image/png', width: 1, height: 1 }],
    ['that is a JPEG', jpeg, { mediaType: 'image/jpeg', width: 32, height: 16 }],
    ['that is a GIF', Buffer.from('GIF89a'), undefined],
    ['that ends too early', png.subarray(0, 20), undefined],
    ['that is a JPEG without a size', jpeg.subarray(0, 8), undefined],
    ['that is a page', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), undefined],
    ['that is nothing', Buffer.alloc(0), undefined],
  ])('%s is known by its octets', (_, image, found) => expect(pictureOf(image)).toEqual(found));
});
