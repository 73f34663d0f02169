import { z } from 'zod';
import { scatter, userName } from '../load/population.ts';
import type { BenchDatabase } from '../product/bench-database.ts';
import type { ApiQuestion } from '../report/api.ts';
import type { ApiAnswer } from './api-client.ts';

/** A question to the API and the check of its answer: undefined when it is right, else what is wrong. */
export interface Asked {
  readonly path: string;
  check(answer: ApiAnswer): string | undefined;
}

interface Sample {
  readonly customer: string;
  readonly service: string;
  readonly username: string;
}

const SAMPLES = 1_000;
const LIMIT = 50;
/** Of a user name: leaves a hundred that begin alike. */
const SEARCH_CHARACTERS = userName(0).length - 2;

const customer = z.object({ id: z.number(), name: z.string() });
const service = z.object({ id: z.number(), username: z.string() });
const page = z.object({ items: z.array(customer), next_cursor: z.string().nullable() });

/** What one client asks: another customer and service each time, and all customers page by page, again and again. */
export class ApiQuestions {
  readonly #samples: readonly Sample[];
  readonly #users: number;
  #asked = 0;
  #cursor: string | null = null;
  #lastName = '';

  private constructor(samples: readonly Sample[], users: number) {
    this.#samples = samples;
    this.#users = users;
  }

  /** Looks up the ids of a thousand of the subscribers, in scattered order. */
  static async of({ db }: BenchDatabase, users: number): Promise<ApiQuestions> {
    const order = scatter(users);
    const names = Array.from({ length: Math.min(SAMPLES, users) }, (_, index) => userName(order(index)));
    const samples = await db.query<Sample>(
      `select id::text as service, customer_id::text as customer, username from isp_services
       where username = any($1::text[])`,
      [names],
    );
    if (samples.length !== names.length) throw new Error('Not every subscriber of the bench is there.');
    return new ApiQuestions(samples, users);
  }

  /** The next question of this kind. */
  next(question: ApiQuestion): Asked {
    const sample = this.#samples[this.#asked++ % this.#samples.length];
    switch (question) {
      case 'customer':
        return {
          path: `/api/isp/customers/${sample.customer}`,
          check: checked(customer, ({ id }) => String(id) === sample.customer),
        };
      case 'service':
        return {
          path: `/api/isp/services/${sample.service}`,
          check: checked(service, ({ username }) => username === sample.username),
        };
      case 'list':
        return this.#nextPage();
      case 'search':
        return search(sample.username.slice(0, SEARCH_CHARACTERS), this.#users);
    }
  }

  #nextPage(): Asked {
    const after = this.#cursor === null ? '' : `&cursor=${this.#cursor}`;
    const lastName = this.#cursor === null ? '' : this.#lastName;
    return {
      path: `/api/isp/customers?limit=${LIMIT}${after}`,
      check: checked(page, ({ items, next_cursor }) => {
        this.#cursor = next_cursor;
        this.#lastName = items.at(-1)?.name ?? '';
        const isFull = items.length === Math.min(LIMIT, this.#users) || next_cursor === null;
        return isFull && isAscending([lastName, ...items.map(({ name }) => name)]);
      }),
    };
  }
}

function search(text: string, users: number): Asked {
  const first = Number(text.replace(/\D/g, '')) * 100;
  const found = Math.min(100, users - first);
  return {
    path: `/api/isp/customers?limit=${LIMIT}&q=${text}`,
    check: checked(
      page,
      ({ items }) =>
        items.length === Math.min(LIMIT, found) && items.every(({ name }) => name.startsWith(text)),
    ),
  };
}

function isAscending(names: readonly string[]): boolean {
  return names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name);
}

function checked<T>(schema: z.ZodType<T>, isRight: (body: T) => boolean): Asked['check'] {
  return ({ status, body }) => {
    const parsed = schema.safeParse(body);
    if (status === 200 && parsed.success && isRight(parsed.data)) return undefined;
    return `${status} ${JSON.stringify(body).slice(0, 200)}`;
  };
}
