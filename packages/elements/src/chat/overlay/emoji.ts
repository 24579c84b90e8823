export interface Emoji {
  readonly emoji: string;
  /** What it is called, and what else one may look for it by. English. */
  readonly words: string;
}

const all = `
👍 thumbs up yes ok like
👎 thumbs down no dislike
❤️ heart love
😂 tears of joy laugh
😊 smile happy
🎉 party tada congratulations
🙏 thanks please folded hands
👀 eyes look
✅ check done yes
❌ cross no wrong
🔥 fire hot
💯 hundred perfect
🚀 rocket launch ship
👏 clap applause
🙌 raised hands hooray
💪 strong muscle
🤝 handshake deal agreed
👋 wave hello bye
👌 ok hand perfect
✌️ victory peace
🤞 fingers crossed luck
👉 point right
🫡 salute yes
🤷 shrug dunno
🤦 facepalm
😀 grin happy
😄 laugh smile
😅 sweat smile phew
🙂 slight smile
😉 wink
😍 heart eyes love
😎 cool sunglasses
🤔 thinking hmm
🤨 raised eyebrow doubt
😐 neutral meh
🙄 eye roll
😬 grimace awkward
😴 sleep tired
😕 confused
😢 cry sad
😭 sob cry
😡 angry mad
😱 scream shock
🤯 mind blown
🥳 party face birthday
🤒 sick ill
🤖 robot bot
💡 idea light bulb
❓ question
❗ exclamation important
⚠️ warning attention
⏰ alarm clock time late
⏳ hourglass waiting
📌 pin
📎 paper clip attach
📦 package parcel delivery
📅 calendar date
📈 chart up growth
🖨️ printer print
🎨 palette colour art
✏️ pencil edit
🔧 wrench fix tool
🐛 bug error
☕ coffee break
🍕 pizza lunch food
🎂 cake birthday
⭐ star favourite
☀️ sun weather
🌙 moon night
`;

/** The few that one needs most, the likeliest first. */
const emojis: readonly Emoji[] = all
  .trim()
  .split('\n')
  .map((line) => {
    const space = line.indexOf(' ');
    return { emoji: line.slice(0, space), words: line.slice(space + 1) };
  });

/** Those of which a word begins with each of the words that were typed. */
export function findEmojis(query: string): readonly Emoji[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  return emojis.filter(({ words }) => wanted.every((word) => words.split(' ').some((known) => known.startsWith(word))));
}
