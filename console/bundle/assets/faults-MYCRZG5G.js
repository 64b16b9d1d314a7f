import{g as a}from"./chunk-RLH3V6A7.js";function l(){return a("div",{class:"page",children:a("h1",{children:"Faults"})})}export{l as Faults};
