const number = new Intl.NumberFormat('en-GB');
const pounds = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' });
const element = (id) => document.getElementById(id);

let previous;

const source = new EventSource('api/live');
source.onmessage = ({ data }) => show(JSON.parse(data));
source.onerror = () => {
  element('state').textContent = 'no connection, trying again…';
};

function show(overview) {
  element('state').textContent = `${overview.backend}, ${new Date(overview.at).toLocaleTimeString()}`;
  element('totals').replaceChildren(...totals(overview.totals).map(([term, value]) => entry(term, value)));
  element('groups').replaceChildren(
    ...overview.groups.map(({ name, members, lag, pending }) => row([name, members, lag, pending])),
  );
  element('topics').replaceChildren(
    ...overview.topics.map((topic) =>
      row([topic.name, topic.partitions, topic.records, perSecond(topic, overview)]),
    ),
  );
  previous = overview;
}

function totals({ captured, declined, refunded, refundsDeclined, allocatedOrders, pageViews }) {
  const refused = Object.values(declined).reduce((sum, count) => sum + count, 0);
  return [
    ['Payments captured', number.format(captured.count)],
    ['Taken', pounds.format(captured.pence / 100)],
    ['Payments declined', number.format(refused)],
    ['Refunded', pounds.format(refunded.pence / 100)],
    ['Refunds declined', number.format(refundsDeclined)],
    ['Orders allocated', number.format(allocatedOrders)],
    ['Page views', number.format(pageViews.count)],
  ];
}

function perSecond({ name, records }, { at }) {
  const before = previous?.topics.find((topic) => topic.name === name);
  if (!before) return null;
  return Math.round((records - before.records) / ((Date.parse(at) - Date.parse(previous.at)) / 1000));
}

function entry(term, value) {
  const box = document.createElement('div');
  box.append(cell('dt', term), cell('dd', value));
  return box;
}

function row([name, ...values]) {
  const line = document.createElement('tr');
  const heading = cell('th', name);
  heading.scope = 'row';
  line.append(heading, ...values.map((value) => cell('td', value === null ? '–' : number.format(value))));
  return line;
}

function cell(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
