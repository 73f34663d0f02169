import { seededRandom } from '../simulator/random.ts';
import type { LoginMethod } from '../simulator/subscriber.ts';
import { DEMO_PLANS, DEMO_ROUTERS } from './catalog.ts';

/** An invented subscriber; the same in every demo. */
export interface DemoSubscriber {
  readonly username: string;
  readonly password: string;
  readonly customerName: string;
  readonly planCode: string;
  /** `AA:BB:CC:DD:EE:FF`. */
  readonly mac: string;
  readonly framedIp: string | undefined;
  /** Index into DEMO_ROUTERS. */
  readonly router: number;
  readonly method: LoginMethod;
  /** Share of the rate that is used on average, 0 to 1. */
  readonly demand: number;
  readonly fate: Fate;
}

/** What sets a subscriber apart: most are ordinary. */
export type Fate = 'ordinary' | 'unpaid' | 'suspended' | 'expired' | 'capped' | 'throttled';

const FIRST_NAMES =
  'Amina Baraka Caroline Daniel Esther Faith George Halima Ibrahim Joyce Kevin Lilian Mercy Njeri Otieno Peter Rehema Samuel Tabitha Victor Wanjiru Yusuf Zainab Brian Cynthia Dennis Eunice Felix Grace Hassan Irene James Kiprop Lucy Martin Naomi Oscar Purity Ruth Stephen'.split(
    ' ',
  );
const LAST_NAMES =
  'Achieng Barasa Chebet Gathoni Juma Kamau Kariuki Kiplagat Kimani Langat Macharia Makena Maina Mbugua Mutua Mwangi Ndungu Njoroge Nyambura Obura Ochieng Odhiambo Okoth Omondi Onyango Otieno Ouma Ruto Wafula Wairimu Wambui Wekesa'.split(
    ' ',
  );
const BUSINESSES =
  'Baobab Cyber Cafe|Greenpark Academy|Savanna Hardware|Twiga Pharmacy|Mto Clinic|Acacia Guest House|Rafiki Supermarket|Jua Kali Garage|Upendo Dental|Lakeview Hotel|Simba Print Shop|Umoja Sacco'.split(
    '|',
  );
const METHODS: readonly LoginMethod[] = ['pap', 'chap', 'mschapv2', 'chap', 'mschapv2', 'mschapv1'];
const PASSWORD_LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const SEED = 20_261_123;
/** Names beyond those of the subscribers who are there. */
const FORMER_FROM = 400;
const FORMER_COUNT = 24;

/** All subscribers of the demo ISP, always the same. */
export function demoSubscribers(): readonly DemoSubscriber[] {
  const random = seededRandom(SEED);
  const people = shuffledPeople(random);
  const subscribers: DemoSubscriber[] = [];
  for (const { plan, subscribers: count, eagerness } of DEMO_PLANS) {
    for (let number = 0; number < count; number += 1) {
      const index = subscribers.length;
      const isBusiness = plan.code === 'BIZ100';
      const customerName = isBusiness ? BUSINESSES[number] : people[index];
      subscribers.push({
        username: customerName.toLowerCase().replaceAll(' ', '.'),
        password: passwordOf(random),
        customerName,
        planCode: plan.code,
        mac: macOf(index),
        framedIp: isBusiness ? `102.68.14.${10 + number}` : undefined,
        router: index % DEMO_ROUTERS.length,
        method: METHODS[index % METHODS.length],
        // Few use much: the square leaves most lines nearly idle.
        demand: Math.min(0.9, eagerness * 4 * random() ** 2 + 0.002),
        fate: fateOf(plan.code, number),
      });
    }
  }
  return subscribers;
}

/** Who was a subscriber and has left in the year the demo remembers, always the same. */
export function formerSubscribers(): readonly DemoSubscriber[] {
  const random = seededRandom(SEED);
  const names = shuffledPeople(random).slice(FORMER_FROM, FORMER_FROM + FORMER_COUNT);
  return names.map((customerName, number) => ({
    username: customerName.toLowerCase().replaceAll(' ', '.'),
    password: passwordOf(random),
    customerName,
    planCode: number % 3 === 0 ? 'HOME20' : 'HOME10',
    mac: macOf(FORMER_FROM + number),
    framedIp: undefined,
    router: number % DEMO_ROUTERS.length,
    method: METHODS[number % METHODS.length],
    demand: 0.1 + 0.2 * random(),
    fate: 'ordinary',
  }));
}

function shuffledPeople(random: () => number): string[] {
  return shuffled(
    FIRST_NAMES.flatMap((first) =>
      LAST_NAMES.filter((last) => last !== first).map((last) => `${first} ${last}`),
    ),
    random,
  );
}

/** Which of a package's subscribers have a story. */
function fateOf(planCode: string, number: number): Fate {
  if (planCode === 'LITE60') return number < 3 ? 'capped' : 'ordinary';
  if (planCode === 'FAIR200') return number < 4 ? 'throttled' : 'ordinary';
  if (planCode === 'WEEK10') return number < 4 ? 'expired' : 'ordinary';
  if (planCode === 'HOME10' || planCode === 'HOME20') {
    if (number < 4) return 'unpaid';
    if (number === 4) return 'suspended';
  }
  return 'ordinary';
}

function macOf(index: number): string {
  const tail = index.toString(16).padStart(4, '0').toUpperCase();
  return `02:4E:46:00:${tail.slice(0, 2)}:${tail.slice(2)}`;
}

function passwordOf(random: () => number): string {
  let text = '';
  while (text.length < 10) text += PASSWORD_LETTERS[Math.floor(random() * PASSWORD_LETTERS.length)];
  return text;
}

/** Fisher-Yates. */
function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [copy[last], copy[other]] = [copy[other], copy[last]];
  }
  return copy;
}
