//! Crafts, the stage, history and the law, whose words are those of weapons and crimes.

use crate::is_not_accused;
use crate::kit::kinds::{Kind, all_show_what_they_must, captions, is_safe};

const KINDS: &[Kind] = &[
    says!(
        "a builder of model tanks",
        is_safe,
        [
            "The machine gun on the turret is photo-etched brass, two evenings of work",
            "Weathering the hull in 1/35 with oil paint and pigments",
            "New kit on the bench, forty road wheels to clean up",
            "Decals on, varnish tomorrow, then the diorama",
        ]
    ),
    says!(
        "a builder of model planes",
        is_safe,
        [
            "Both machine guns in the nose are turned from steel wire",
            "Third coat of primer on the fuselage, sanded with 2000 grit",
            "Rigging the biplane under a lamp, tweezers and patience",
            "Canopy masked, airbrush ready, dog asleep",
        ]
    ),
    says!(
        "a museum of the war",
        is_safe,
        [
            "This rifle was carried by a farmer who never fired it, on display from Monday",
            "School class of the week: what a ration card tells us about 1943",
            "Our conservator cleans a grenade that was found in the moor, emptied in 1951",
            "The uniform in hall two belonged to a nurse",
            "Lecture on Thursday: how the town surrendered without a shot",
        ]
    ),
    says!(
        "an archaeologist on a battlefield",
        is_not_accused,
        [
            "Musket balls and one grenade, made safe by the army before we touched it",
            "Below the field lie those of the massacre of 1631, we found buttons",
            "An excavation in the rain is mostly tea",
            "What a rusted rifle tells about the man who dropped it",
        ]
    ),
    says!(
        "an armourer of films",
        is_safe,
        [
            "Rubber rifles for the stunt team, cast this week on set",
            "How a blank-firing handgun is checked three times before every take",
            "Fake blood, recipe number six, washes out of linen",
            "The dummy grenade in scene twelve is made of resin",
            "Behind the scenes with the prop department",
        ]
    ),
    says!(
        "the workshop of a theatre",
        is_safe,
        [
            "Our murderer sings baritone, rehearsals started today",
            "The shotgun is papier-mache and weighs less than the hat",
            "Blood that washes out: beetroot, glycerine and hope",
            "Premiere in nine days, the castle still has no door",
        ]
    ),
    says!(
        "a maker of fireworks",
        is_safe,
        [
            "Eleven minutes over the harbour, 900 shells, one very wet crew",
            "A bomb of 200 mm opens into a chrysanthemum of blue",
            "Loading the mortars since dawn, firing at ten",
            "Why we never buy powder, we mix it ourselves under licence",
            "Show on Saturday: explosions in time with the orchestra",
        ]
    ),
    says!(
        "a sharpener of knives",
        is_safe,
        [
            "Knife of the day: a chef's blade with a chip at the tip",
            "How to stab test an edge on a ripe tomato",
            "Razor sharp in twelve strokes, hold the angle",
            "Hunting knife from the sixties, new handle of walnut",
            "Stop killing your edges in the dishwasher",
        ]
    ),
    says!(
        "a chess club",
        is_safe,
        [
            "Attack on the king side, a slaughter in nineteen moves",
            "Black is hanging, White kills the knight and it is over",
            "Our under twelves murdered the favourites on Sunday",
            "Trap of the week: poison the pawn and wait",
        ]
    ),
    says!(
        "a school of fencing",
        is_safe,
        [
            "Sabre night: three hits to the head in a row",
            "How to stab without telling it first, a lesson on timing",
            "Longsword beginners, we kill the habit of closing your eyes",
            "New blades arrived, please check the tips",
        ]
    ),
    says!(
        "a blacksmith",
        is_safe,
        [
            "Forging a dagger from an old leaf spring",
            "This sword is for a theatre, blunt and balanced",
            "Quenched in oil, nobody died, one eyebrow did",
            "Axe head done, the handle is ash",
        ]
    ),
    says!(
        "a teacher of life drawing",
        is_safe,
        [
            "Nude study in charcoal, twenty minutes",
            "Our model Ines sits naked for us every Tuesday, be on time and be kind",
            "How to draw a back without drawing every muscle",
            "Five minute poses, red chalk on paper",
        ]
    ),
    says!(
        "a sculptor",
        is_safe,
        [
            "Nude in marble, half of the shoulder to go",
            "Plaster cast of a naked torso, commissioned by the town hall",
            "Chisels sharpened, radio on",
            "The bronze is poured on Friday, come and watch",
        ]
    ),
    says!(
        "a demolition firm",
        is_safe,
        [
            "We blew up the old cooling tower at seven sharp, not a window broke",
            "Eighty kilos of explosives, drilled by hand over two weeks",
            "The tower went down like a knee, dust gone in ten minutes",
            "Before the blast every house within 300 metres is empty",
        ]
    ),
    says!(
        "who picks locks for sport",
        is_safe,
        [
            "Picked it in ninety seconds, six pins and one spool",
            "Why burglars do not pick locks, they break the window",
            "Practice locks in the club, never on a door that is not yours",
            "My new tension tools came from a friend's workshop",
        ]
    ),
    says!(
        "a guide of cemeteries",
        is_safe,
        [
            "The oldest grave here is of a girl who died of the plague",
            "A murderer and his judge lie ten steps apart",
            "Bats over the crypt at dusk, bring a torch",
            "Walk on Sunday, we talk about how people said goodbye",
        ]
    ),
    says!(
        "a lawyer explains",
        is_not_accused,
        [
            "What to say when you are arrested: nothing, and your lawyer's number",
            "Robbery or theft? The difference is a threat",
            "My client was a murderer, and he still had a right to be heard",
            "How a jury is chosen, in four minutes",
        ]
    ),
    says!(
        "a brewery",
        is_not_accused,
        [
            "New beer on tap, hops from two villages away",
            "The yeast is awake and so are we",
            "Our stout won silver, the cellar is open until nine",
            "Barrels came from a whiskey house in the north",
        ]
    ),
    says!(
        "players of airsoft",
        is_not_accused,
        [
            "Airsoft game on Sunday, replicas only, goggles on",
            "Upgraded the gearbox of my airsoft rifle",
            "Two teams, one forest, plastic BBs and soup",
            "Grenade that throws peas, kids love it"
        ]
    ),
    says!(
        "a historian of the sea",
        is_safe,
        [
            "Pirates of 1718: what they ate and how they voted",
            "The mutiny and the massacre that followed, from the ship's log",
            "A pistol from the wreck, conserved in a tank for nine years",
            "Why sailors feared the doctor more than the cannon"
        ]
    ),
    says!(
        "a magician",
        is_safe,
        [
            "Sawed my sister in half, she asked for a raise",
            "Card trick with a knife and an orange",
            "The gun trick is a lie told with a straight face",
            "Escape from a locked box, 40 seconds, one bruise"
        ]
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
