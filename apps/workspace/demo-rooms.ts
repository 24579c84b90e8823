import type { DemoConfig, DemoEntry, DemoRecord } from '@concord/schema';
import { chatter } from './demo-chatter.ts';

/** What the server itself makes of the names of the two: see `POST …/direct`. */
const adaAndBen = 'direct-I2iuNq8eaNQOCIycB65AL3WCX';

export const rooms: readonly DemoRecord[] = [
  {
    id: 'shop-floor',
    title: 'Shop floor',
    topic: 'What runs, what stops, what is out of stock',
    kind: 'public',
    members: { ada: 'owner', ben: 'member', chloe: 'member', dan: 'member' },
  },
  {
    id: 'front-desk',
    title: 'Front desk',
    topic: 'Who comes when, and what they were promised',
    kind: 'public',
    slow: 10,
    members: { chloe: 'owner', ada: 'member', dan: 'member' },
  },
  {
    id: 'festival',
    title: 'Festival posters',
    topic: 'Five motifs, A1, out of the door on the 3rd',
    kind: 'private',
    members: { ada: 'owner', ben: 'member', chloe: 'member' },
  },
  {
    id: 'archive-move',
    title: 'Moving the archive',
    topic: 'Over and done with',
    kind: 'public',
    archived: true,
    members: { ada: 'owner', dan: 'member' },
  },
  { id: adaAndBen, kind: 'direct', members: { ada: 'member', ben: 'member' } },
  {
    id: 'krone-asks',
    title: 'Bakery Krone',
    topic: '',
    kind: 'support',
    email: 'hello@krone.example',
    members: { 'guest-krone': 'member', chloe: 'member' },
  },
];

const frontDesk: readonly DemoEntry[] = [
  {
    author: 'chloe',
    text: 'Ms Okafor of the school comes on Thursday at two with the pictures of the pupils.',
    minutesAgo: 3100,
  },
  { author: 'dan', text: 'I keep the long table free for her.', minutesAgo: 3080, reactions: { '❤️': ['chloe'] } },
  {
    author: 'chloe',
    text: 'From December the courier is here at four: see <#tickets/11>. Whoever promises “today” has to say so before half past two.',
    minutesAgo: 2200,
    isPinned: true,
    reactions: { '👍': ['ada', 'dan'] },
  },
  { author: 'ada', text: 'Does the website say that, too?', minutesAgo: 2150, replyTo: 3 },
  { author: 'dan', text: 'Not yet. I change it with the opening hours, <#tickets/9>.', minutesAgo: 2144, replyTo: 3 },
  { author: 'ada', text: 'Thanks!', minutesAgo: 2140, replyTo: 3 },
  {
    author: 'dan',
    text: 'The rowing club paid. In cash, and there is cake in the kitchen.',
    minutesAgo: 700,
    reactions: { '🎉': ['ada', 'chloe'] },
  },
  {
    author: 'chloe',
    text: '<@ada> the architects ask whether they may send their plans on Monday morning instead of Sunday night.',
    minutesAgo: 95,
  },
  { author: 'ada', text: 'Until seven, then. I tell <@ben>.', minutesAgo: 88 },
];

const festival: readonly DemoEntry[] = [
  { author: 'ada', text: 'All that has to do with <#projects/festival-posters> goes in here.', minutesAgo: 9000 },
  {
    author: 'ben',
    text: 'The blue is mixed. 12 parts of the old one, 1 of black, and it matches last year’s sheet under both lamps.',
    minutesAgo: 5400,
    reactions: { '🎉': ['ada', 'chloe'] },
    isPinned: true,
  },
  { author: 'chloe', text: 'Motif 4 loses its fine lines at mesh 90. Shall I try 120?', minutesAgo: 1500 },
  { author: 'ben', text: 'Try it, but with less pressure.', minutesAgo: 1490, replyTo: 3 },
  { author: 'chloe', text: 'Better. The lines are there, the varnish takes a minute longer.', minutesAgo: 1320, replyTo: 3 },
  {
    author: 'ada',
    text: 'They want the raw files of 2024 as well, <#tickets/12>. <@ben>, do you still have the old disk?',
    minutesAgo: 240,
  },
  { author: 'ben', text: 'In the drawer under the cutter.', minutesAgo: 230, reactions: { '🙏': ['ada'] } },
];

const archiveMove: readonly DemoEntry[] = [
  { author: 'dan', text: 'The last shelf is empty. 214 boxes, all with a label.', minutesAgo: 60_000 },
  { author: 'ada', text: 'Then this room has done its work. Thank you!', minutesAgo: 59_900, reactions: { '❤️': ['dan'] } },
];

const twoOfThem: readonly DemoEntry[] = [
  { author: 'ben', text: 'I am away on Friday. Can Dan watch the cutter?', minutesAgo: 1800 },
  { author: 'ada', text: 'He can. Write down what to do when it says E-217.', minutesAgo: 1790 },
  { author: 'ben', text: 'Cold start, 35 sheets, a minute of rest. It is on <#tickets/2>.', minutesAgo: 1775 },
];

const kroneAsks: readonly DemoEntry[] = [
  {
    author: 'guest-krone',
    authorName: 'Bakery Krone',
    text: 'Hello! Can we change one price on the winter page after the proof?',
    minutesAgo: 410,
  },
  { author: 'chloe', text: 'Good morning! Until tomorrow noon that is no trouble at all. Which one?', minutesAgo: 402 },
  { author: 'guest-krone', authorName: 'Bakery Krone', text: 'The gingerbread: 3.20 instead of 2.90.', minutesAgo: 398 },
  {
    author: 'dan',
    text: 'It is in, and the new proof is on its way to you.',
    minutesAgo: 350,
    reactions: { '👍': ['guest-krone', 'chloe'] },
  },
];

export const logs: NonNullable<DemoConfig['logs']> = {
  rooms: {
    'shop-floor': { messages: chatter(1000, 25) },
    'front-desk': { messages: frontDesk },
    festival: { messages: festival },
    'archive-move': { messages: archiveMove },
    [adaAndBen]: { messages: twoOfThem },
    'krone-asks': { messages: kroneAsks },
  },
  tickets: {
    '2': {
      comments: [
        { author: 'ben', text: 'The motor is ordered, they come on Thursday between eight and ten.', minutesAgo: 2600 },
        {
          author: 'chloe',
          text: 'Then the menus run on Wednesday, in lots of 35.',
          minutesAgo: 2550,
          reactions: { '👍': ['ben'] },
        },
        { author: 'dan', text: 'Who lets them in at eight?', minutesAgo: 800 },
        { author: 'ben', text: 'I do.', minutesAgo: 790, replyTo: 3 },
      ],
    },
    '4': {
      comments: [
        { author: 'dan', text: 'Two more calls about it today. <@ada>, may they move it a second time?', minutesAgo: 500 },
        { author: 'ada', text: 'Once. After that they call, and we talk.', minutesAgo: 470 },
      ],
    },
    '8': {
      comments: [
        {
          author: 'ben',
          text: 'Test chart: the difference is 4.1 on glossy, 1.2 on matte. A new profile, then.',
          minutesAgo: 1200,
        },
        { author: 'chloe', text: 'The museum’s signs wait for it. When can I have it?', minutesAgo: 1100 },
        { author: 'ben', text: 'Tomorrow by noon.', minutesAgo: 1090, replyTo: 2 },
      ],
    },
    '12': {
      comments: [{ author: 'ada', text: 'The disk is found, it spins. I copy it tonight.', minutesAgo: 200 }],
    },
  },
  projects: {
    'festival-posters': {
      comments: [
        {
          author: 'chloe',
          text: 'Motif 1 to 3 are approved by the artist.',
          minutesAgo: 4000,
          reactions: { '🎉': ['ada', 'ben'] },
        },
      ],
    },
  },
};
