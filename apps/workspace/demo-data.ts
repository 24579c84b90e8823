import type { DemoPerson, DemoRecord } from '@concord/schema';
import { bullets, code, doc, heading, numbered, paragraph, quote } from './demo-rich-text.ts';

/** Who a newcomer can sign in as. The colours carry white text and stand on a light or dark page. */
export const people: readonly DemoPerson[] = [
  { id: 'ada', name: 'Ada', roles: ['member', 'admin'], color: '#b83280' },
  { id: 'ben', name: 'Ben', roles: ['member'], color: '#1d6fb8' },
  { id: 'chloe', name: 'Chloe', roles: ['member'], color: '#b45309' },
  { id: 'dan', name: 'Dan', roles: ['member'], color: '#6d4fc4' },
];

/** The desk of a small shop that prints posters: what is broken, promised and waited for. */
export const tickets: readonly DemoRecord[] = [
  {
    id: '1',
    title: 'Order confirmations arrive twice',
    status: 'closed',
    priority: 'high',
    assignee: 'ada',
    estimate: 3,
    notes: doc(
      paragraph('Since the move to the new mail relay, some customers get **two confirmations** for one order.'),
      heading('Cause'),
      paragraph('The relay answers after 31 s now and then; the shop gives up at 30 s and sends again.'),
      heading('Done'),
      bullets('Timeout raised to 60 s', 'The order number is the message id, so that the relay drops repeats'),
    ),
  },
  {
    id: '2',
    title: 'Cutter stops after 40 sheets',
    status: 'waiting',
    priority: 'urgent',
    assignee: 'ben',
    estimate: 6,
    notes: doc(
      paragraph('Stops with `E-217` in the middle of a run. Cold start helps for another 40 sheets.'),
      numbered(
        'Blade changed, no difference',
        'Sensor cleaned, no difference',
        'Service called; they bring a new feed motor on Thursday',
      ),
      quote('Until then: runs of 35, then a minute of rest. — Chloe'),
    ),
  },
  {
    id: '3',
    title: 'Proof PDF shows the wrong paper size for A2 landscape',
    status: 'open',
    priority: 'high',
    assignee: 'chloe',
    estimate: 2,
    notes: doc(
      paragraph('Width and height are swapped on the cover page only. The print file itself is right.'),
      code('size: 420 x 594 mm\nexpected: 594 x 420 mm'),
    ),
  },
  {
    id: '4',
    title: 'Let customers move a pickup to another day',
    status: 'open',
    priority: 'normal',
    assignee: 'dan',
    estimate: 8,
    notes: doc(
      paragraph('Asked for by phone about twice a day.'),
      heading('What it needs'),
      bullets('A link in the confirmation', 'Only days with an open counter', 'Not later than **14 days**, the shelf is small'),
      paragraph('Open question: may they move it a *second* time?'),
    ),
  },
  {
    id: '5',
    title: 'Gallery on the front page loads slowly on phones',
    status: 'open',
    priority: 'normal',
    assignee: 'ada',
    estimate: 5,
    notes: doc(
      paragraph('Eleven pictures of 2 MB each, all loaded at once.'),
      bullets('Smaller files for small screens', 'Load what is below the fold later'),
    ),
  },
  {
    id: '6',
    title: 'Quote for 600 school calendars',
    status: 'waiting',
    priority: 'normal',
    assignee: 'chloe',
    estimate: 1.5,
    notes: doc(
      paragraph('Lindenhof school, A3, 13 sheets, wire binding. They decide at the parents’ evening on the 3rd.'),
      bullets('Sent: 600 at 7.90', 'They also asked for 800; answer still to be sent'),
    ),
  },
  {
    id: '7',
    title: 'Stock count of 170 g matte is off by two boxes',
    status: 'open',
    priority: 'low',
    assignee: 'ben',
    notes: doc(paragraph('The list says 14, the shelf says 12. Look whether the September delivery was booked in twice.')),
  },
  {
    id: '8',
    title: 'Colours too dark on the large printer',
    status: 'open',
    priority: 'high',
    assignee: 'ben',
    estimate: 4,
    notes: doc(
      paragraph('Seen on three jobs this week, always **blue** and always on glossy paper.'),
      numbered(
        'Print the test chart on both papers',
        'Compare with the chart of June',
        'New profile, if the difference is above 3',
      ),
    ),
  },
  {
    id: '9',
    title: 'Holiday opening hours on the website',
    status: 'open',
    priority: 'low',
    estimate: 0.5,
    notes: doc(paragraph('Closed from the 24th to the 2nd. The pickup shelf by the side door stays open.')),
  },
  {
    id: '10',
    title: 'Invoice address with more than four lines is cut off',
    status: 'closed',
    priority: 'normal',
    assignee: 'dan',
    estimate: 2,
    notes: doc(
      paragraph('The window of the envelope has room for five lines, the template for four.'),
      paragraph('Fixed in the template; old invoices were sent again.'),
    ),
  },
  {
    id: '11',
    title: 'Courier picks up at 16:00 instead of 17:30 from December',
    status: 'waiting',
    priority: 'normal',
    assignee: 'chloe',
    notes: doc(
      paragraph('Their letter came on Monday. That moves our last cut to **14:30**.'),
      bullets('Ask whether 16:30 is possible for two days a week', 'Change “order by noon” on the website if not'),
    ),
  },
  {
    id: '12',
    title: 'Customer wants the raw files of the 2024 festival posters',
    status: 'open',
    priority: 'urgent',
    assignee: 'ada',
    estimate: 1,
    notes: doc(
      paragraph('They are ours to give (checked the contract), but they lie on the *old* archive disk.'),
      quote('Needed by Friday noon for the anniversary print. — the festival office'),
    ),
  },
];

export const notes: readonly DemoRecord[] = [
  {
    id: 'monday',
    title: 'Monday round',
    body: doc(
      heading('This week'),
      bullets('Cutter service on Thursday', 'Ben is away on Friday'),
      heading('Parked'),
      paragraph('New shelf labels.'),
    ),
    source: '',
  },
  {
    id: 'large-printer',
    title: 'Settings of the large printer',
    body: doc(paragraph('Keep the values in the source as they are on the printer’s panel.')),
    source: 'profile = glossy-2025-06\nhead.height = 2.4\ndryer.celsius = 48\n',
  },
];
