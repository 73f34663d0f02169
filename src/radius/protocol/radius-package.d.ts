/** What we use of the untyped npm package `radius` 1.1.4: its dictionary parser, and in tests its codec. */
declare module 'radius' {
  interface DecodedPacket {
    readonly code: string;
    readonly identifier: number;
    readonly length: number;
    readonly authenticator: Buffer;
    readonly attributes: Record<string, unknown>;
    readonly raw_attributes: readonly (readonly [number, Buffer])[];
  }
  interface EncodeOptions {
    code: string;
    secret: string | Buffer;
    identifier?: number;
    attributes?: readonly (readonly unknown[])[] | Record<string, unknown>;
    add_message_authenticator?: boolean;
  }
  const radius: {
    /** Parses dictionary text into the package's global tables; returns the names it includes. */
    _load_dictionary(text: string): string[];
    /** One field of a table entry: 1 name, 2 type, 3 values by number, 5 flags; undefined when unknown. */
    _attr_to(code: number, vendor: number | undefined, field: number): unknown;
    vendor_name_to_id(name: string): string | undefined;
    unload_dictionaries(): void;
    add_dictionary(path: string): void;
    decode(options: { packet: Buffer; secret: string | Buffer }): DecodedPacket;
    encode(options: EncodeOptions): Buffer;
    encode_response(
      options: Omit<EncodeOptions, 'identifier' | 'add_message_authenticator'> & { packet: DecodedPacket },
    ): Buffer;
    verify_response(options: { request: Buffer; response: Buffer; secret: string | Buffer }): boolean;
  };
  export default radius;
}
