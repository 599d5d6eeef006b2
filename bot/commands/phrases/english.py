"""What is said to us in English.

Which list is for what stands in bot.commands.phrases.lists, what each Intent means in bot.commands.intents. Between two
phrases is a bar or the end of a line. Marks, punctuation, capitals and the letters that keyboards exchange (ة ه, ى ي,
ڕ ر) make no difference: one spelling is enough. A phrase of more than 60 letters is never recognised.
"""

from typing import Final

from bot.commands.intents import Intent
from bot.commands.phrases.lists import Phrases

ENGLISH: Final = Phrases(
    alone={
        Intent.HELP: "help | info | who are you | who is this",
        Intent.MORE: "more",
        Intent.STATUS: """
            status | my report | answer | my code | any news | any update | any updates
            what happened to my report
        """,
        Intent.ASK: """
            is this anonymous | is it anonymous | do you know my number | do you know my name | who reads this
        """,
        Intent.ADD: "add",
        Intent.NEW: "new | new report",
        Intent.LANGUAGE: "language | change language",
        Intent.ARABIC: "arabic",
        Intent.KURDISH: "kurdish",
        Intent.ENGLISH: "english",
        Intent.STOP: "stop | stopall | stop all | unsubscribe | end | quit | revoke | optout | opt out",
        Intent.HUSH: "do not reply | dont reply | do not text | dont text | no reply",
        Intent.CANCEL: "cancel",
        Intent.RESUME: "resume | unstop | start | optin | opt in",
        Intent.ERASE: """
            delete | erase | delete my report | delete all | erase all | delete everything | erase everything
        """,
        Intent.WIPE: """
            wipe | wipe chat | delete chat | delete the chat | clear chat | delete conversation
            delete this chat
        """,
        Intent.BEHALF: "for someone else | for somebody else | not for me | on behalf | other",
        Intent.YES: "yes | y",
        Intent.NO: "no | n",
        Intent.CLAIM: "claim | claimed",
        Intent.PRIVATE: """
            private keep nothing that leads to me | private keep no link to me | private | privately | private mode
            in private | anonymous | anonymously | secret | secretly | confidential
        """,
        Intent.DISCREET: """
            quiet | quietly | discreet | discreet mode | discreetly | careful | be careful
            others open my phone | others read my phone | someone reads my phone | my phone is watched
            my phone is not safe | they check my phone | they search my phone | they read my phone
            they look at my phone | they look through my phone | they open my phone | my phone is checked
        """,
        Intent.ORDINARY: "normal | normal mode | not private | not secret",
        Intent.WORD: "my word | own word | my own word | change my word | new word",
        Intent.LOCK: "lock | lock it",
        Intent.WOMAN: "woman | a woman | female | lady | a lady | women | womens desk",
        Intent.ADVICE: "advice | tips | what to do | what should i do | what do i do | what now",
        Intent.NOTED: "noted | i wrote it down | wrote it down",
    },
    greetings="test | testing | hi | hello | hey | good morning | good evening",
    thanks="""
        thanks a lot | thank u | thnx | thanks alot | thanks | thank you | thank you very much
        thank you so much | many thanks | thx | ok | okay | god bless you all | god bless | much appreciated
        i appreciate it | appreciated | bless you | cheers | god bless you | great
    """,
    beside_thanks="""
        for your help | for the help | for everything | for answering | for your reply | again | all | everyone
        guys | sir | brother | very much | so much | a lot | in advance
    """,
    how_far="""
        when will someone answer | when will anyone answer | nobody answered | no one answered
        when will someone answer me | is there any progress | any progress | did you read | have you seen
        did you see | did you do anything | anything new | whats happening | what is happening
        what happened to | what about | still waiting | im still waiting | i am still waiting | hello any news
        what happened | any news | any update | any updates | is there any news | is there any update
        did you get | did you receive | have you received | have you read | have you done anything
        why no reply | why no answer | no reply yet | when will you answer | when will you reply
        what is the status | whats the status | status | how is
        what was your answer | what is your answer | whats your answer | what was the answer | what is the answer
        whats the answer | what did you answer | what did you reply | what was your reply | what is your reply
        whats your reply | what was the reply | what is the reply | what did you say | what did you write
        what did they answer | what did they say | what was your response | what is your response
        what was the response | did you answer | did you reply | have you answered | have you replied
        is there an answer | is there a reply | any answer | your answer | your reply | the answer
        what have you answered | where is your answer | where is the answer | where is your reply
    """,
    of_what="""
        on my | any reply | this | it | anything | my report | the report | my message | my case | the case
        my complaint | to my report | with my report | on my report | about my report | yet | please | hello
        hi | of my report | of my case | to my message | to me | me | already | then | so | ok
    """,
    begins_a_story="what happened | how is",
    wishing="""
        i | we | to | be | hello | hi | hey | with | a | an | the | any | is | are | there | read | reads | reading
        see | answer | answers | it | this | me | us | my message | my report | my case | by | can | could | may
        should | if | for | on | duty | here | who is | im | am | id | ill | more | comfortable | handle | handles
        just | from | do | you | have | get | meet | deal | let | look | at | that | my messages | my words
    """,
    wanting="""
        want | would | like | prefer | preferably | need | please | pls | plz | speak | talk | speaking | talking
        only | wish | ask for | asking for | request | requesting | rather | wanna | would prefer | can i | can we
        can a | can you | could i | could we | could a | could you | may i | do you have | have you got | is there
        are there | available | possible | if possible | send | give | connect
    """,
    woman="""
        woman officer | female officer | lady officer | policewoman | police woman | policewomen | female police
        female police officer | woman police officer | lady police officer | female staff | female employee
        woman cop | female cop | lady cop | women officers | female agent | female officers | lady police
    """,
    woman_if_wanted="woman | female | lady | women | females | ladies",
    at_work="""
        officer | officers | police | police officer | cop | employee | staff | member | person | someone | somebody
        one | agent | operator
    """,
    rather_not="not",
    a_man_instead="man | men | male",
    none_of="no | not | dont | do not | never",
    man="man | men | male | males | male officer | male officers",
    filing="""
        i | want | would | like | to | make | send | report | message | a | an | please | in | it | be
    """,
    surely_private="anonymous report",
    my_word="my word | my word is | my own word | my own word is | own word",
    erasing="delete | erase | remove",
    please="please | pls | plz | can you | could you | i want to | i want you to",
    regrets="i changed my mind | forget it",
    hasty="please | pls | plz | now | quickly | fast | of course",
    sent="it | all | everything | this | message | messages | report",
    all_of="all | everything | every",
    not_ours="photo | photos | picture | pictures | pics | video | videos | account | page | post",
    taking_back="cancel | withdraw | take back",
    taken_back="report | complaint | message | it",
    withdrawing="""
        withdraw | withdrawn | withdraw it | withdraw consent | withdraw my consent | i withdraw | i withdraw it
        i withdraw consent | i withdraw my consent | take it back | i take it back | take back consent
        take back my consent | take my consent back | revoke | revoke it | revoke consent | revoke my consent
        i revoke my consent | cancel consent | cancel my consent | cancel the consent | undo consent
        i dont agree anymore | i dont agree any more | i do not agree anymore | i no longer agree
    """,
    regretting_it="""
        i changed my mind | changed my mind | ive changed my mind | i dont agree | i do not agree | i regret it
        dont share | do not share | dont share it | do not share it | stop sharing | dont give them anything
        dont tell them | do not tell them | dont tell the police | do not tell the police | no police | undo
        stop sharing with the police
    """,
    unshare="dont share | do not share | dont give | do not give | dont tell | do not tell",
    unshared="the police | police | anyone | anybody | my report",
    between="it | to | with | my | them | anything | now | anymore | i changed my mind",
    wiping="wipe | clear",
    another="new report",
    unsaid="""
        no | i dont know | i do not know | dont know | no idea | idk | i dont want to say | i cant say
    """,
    one="one",
    two="two",
    three="three",
    numbered="number | option | choice | advice | press | send",
)
